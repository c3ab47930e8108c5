import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a server in a process of its own, and waits until it responds.
 *
 * @param {string[]} command - the arguments of Node
 * @param {{ cwd: string, env: Record<string, string>, url: string }} options - `url` is requested until the server responds
 */
export async function startChild(command, { cwd, env, url }) {
  const child = runNode(command, { cwd, env });
  const exited = once(child, 'exit');
  while (!(await responds(url))) {
    if (child.exitCode !== null) throw new Error(`The server has ended: ${child.output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** Runs a program to its end. */
export async function runChild(command, options) {
  const child = runNode(command, options);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The program has failed: ${child.output}`);
}

function runNode(command, { cwd, env }) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, command, { cwd, env: { PATH, HOME, ...env } });
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (child.output += text));
  return child;
}

const responds = (url) =>
  fetch(url).then(
    () => true,
    () => false,
  );
