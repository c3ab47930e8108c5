import { join } from 'node:path';
import { runChild, startChild } from '../../servers/childServer.js';
import { freePort } from '../../servers/freePort.js';
import { testWebApplication } from '../claims.ts';
import { installPackage } from '../installPackage.js';

const cwd = import.meta.dirname;
const next = join(cwd, 'node_modules/next/dist/bin/next');

async function start({ apiUrl, secret }) {
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const env = { API_URL: `${apiUrl}/api/`, SESSION_SECRET: secret, NEXT_TELEMETRY_DISABLED: '1' };
  await installPackage(cwd);
  await runChild([next, 'build'], { cwd, env });
  const server = await startChild([next, 'start', '--port', `${port}`], { cwd, env, url });
  return { url, close: server.stop };
}

testWebApplication('Next.js', start);
