import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild, startChild } from '../../servers/childServer.js';
import { freePort } from '../../servers/freePort.js';
import { testWebApplication } from '../claims.ts';

const cwd = import.meta.dirname;
const root = join(cwd, '../../..');
const next = join(cwd, 'node_modules/next/dist/bin/next');

async function start({ apiUrl, secret }) {
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const env = { API_URL: `${apiUrl}/api/`, SESSION_SECRET: secret, NEXT_TELEMETRY_DISABLED: '1' };
  // The built package, as an application would install it.
  for (const part of ['dist', 'package.json'])
    await cp(join(root, part), join(cwd, 'node_modules/sessionchart', part), { recursive: true });
  await runChild([next, 'build'], { cwd, env });
  const server = await startChild([next, 'start', '--port', `${port}`], { cwd, env, url });
  return { url, close: server.stop };
}

testWebApplication('Next.js', start);
