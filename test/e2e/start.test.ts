import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = join(import.meta.dirname, '../../examples/react-spa/start.ts');

test('one command starts server, page and provider, prints their URLs, and stops with Ctrl-C', async () => {
  const started = spawn(process.execPath, [script], { env: { ...process.env, PORT: '0', NO_COLOR: '1' } });
  onTestFinished(() => void started.kill('SIGKILL'));
  let output = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text) => (output += String(text)));
  await expect.poll(() => output).toContain('Ctrl-C');

  const [page = '', server = '', issuer = ''] = output.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];
  expect(await (await fetch(page)).text()).toContain('<title>Stockroom</title>');
  expect((await fetch(`${server}/api/me`)).status).toBe(401);
  const metadata = await fetch(`${issuer}/.well-known/openid-configuration`);
  expect(await metadata.json()).toMatchObject({ issuer });
  expect(output).toMatch(/ada .* grace/);

  started.kill('SIGINT');
  expect(await once(started, 'exit')).toEqual([0, null]);
  await expect(fetch(page)).rejects.toThrow(TypeError);
  await expect(fetch(`${server}/api/me`)).rejects.toThrow(TypeError);
  await expect(fetch(issuer)).rejects.toThrow(TypeError);
});
