import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs npm scripts two at a time and prints the output of each when it ends, so that the lines do not mix: `node
 * scripts/parallel.ts lint types`. The first scripts start first, so name the longest ones first. Fails by name if one fails.
 */
const waiting = process.argv.slice(2);
const failed: string[] = [];

async function run(script: string): Promise<void> {
  const child = spawn('npm', ['run', script], {
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a batch file on Windows.
    shell: process.platform === 'win32',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const began = performance.now();
  const [output, warnings, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.stdout.write(output);
  process.stderr.write(warnings);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  console.log(`\n\`npm run ${script}\` ${code === 0 ? 'passed' : 'failed'} after ${seconds} s`);
  if (code !== 0) failed.push(script);
}

async function work(): Promise<void> {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) await run(script);
}

await Promise.all([work(), work()]);
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
