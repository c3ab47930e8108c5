import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { expiredJwt } from '../expiredJwt.js';
import { testRecipe } from '../testRecipe.js';
import { simpleJwt } from './contract.ts';

const check = ['-c', 'import rest_framework_simplejwt'];
const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, check).status === 0);
const secret = 'a secret of the tests with 32 characters';

async function start(...options) {
  const server = spawn(python, [join(import.meta.dirname, 'server.py'), secret, ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await once(server.stdout, 'data');
  const baseUrl = `http://127.0.0.1:${Number(port)}`;
  return {
    baseUrl,
    credentials: { username: 'ada', password: 'lovelace' },
    expire: (record) => ({ ...record, accessToken: expiredJwt(record.accessToken, secret) }),
    async revoke({ refreshToken }) {
      const body = new URLSearchParams({ refresh: refreshToken });
      await fetch(`${baseUrl}/api/token/blacklist/`, { method: 'POST', body });
    },
    async stop() {
      server.stdin.end();
      await once(server, 'exit');
    },
  };
}

const traits = {
  resource: 'api/me/',
  user: { id: '1' },
  refused: { verdict: 'invalidCredentials', status: 401 },
  expired: 'refreshes',
  afterLogout: { accessToken: 'accepted', refresh: 'refused' },
};

if (python === undefined) {
  describe('SimpleJWT', () =>
    test.skip('is not installed: pip install djangorestframework-simplejwt', () => {}));
} else {
  testRecipe('SimpleJWT', simpleJwt, start, traits);
  testRecipe('SimpleJWT with rotation', simpleJwt, () => start('rotate'), traits);
}
