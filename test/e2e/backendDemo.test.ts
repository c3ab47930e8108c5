import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = join(import.meta.dirname, '../../examples/backend/main.ts');

/** Starts the demo like `npm run demo:web`, which builds the package first. */
function startDemo(framework: string) {
  const env = { ...process.env, PORT: '0', NO_COLOR: '1' };
  const started = spawn(process.execPath, [script, framework], { env });
  onTestFinished(() => void started.kill('SIGKILL'));
  let output = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text) => (output += String(text)));
  return { started, output: () => output };
}

test.for(['express', 'hono'])('one command starts an API and a web server with %s', async (framework) => {
  const { started, output } = startDemo(framework);
  await expect.poll(output).toContain('Ctrl-C');
  const url = /http:\/\/localhost:\d+/.exec(output())?.[0] ?? '';
  expect(await (await fetch(url)).text()).toContain('<h1>Welcome</h1>');

  started.kill('SIGINT');
  expect(await once(started, 'exit')).toEqual([0, null]);
});

test('a framework without an example is named', async () => {
  const { started, output } = startDemo('koa');
  await once(started, 'exit');

  expect(output()).toContain('Expected express or hono, got "koa"');
});
