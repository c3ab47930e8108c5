import { AuthenticationService, JWTStrategy } from '@feathersjs/authentication';
import { LocalStrategy } from '@feathersjs/authentication-local';
import { authenticate } from '@feathersjs/authentication';
import express, { errorHandler, rest } from '@feathersjs/express';
import { feathers as createFeathers } from '@feathersjs/feathers';
import { memory } from '@feathersjs/memory';
import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { feathers } from './contracts/feathers.ts';

test('Feathers: signs in, refreshes with the access token, and signs out', async () => {
  const app = express(createFeathers());
  app.use(express.json());
  app.configure(rest());
  app.set('authentication', {
    secret: 'a secret of the tests',
    entity: 'user',
    service: 'users',
    authStrategies: ['jwt', 'local'],
    jwtOptions: { expiresIn: '1h' },
    local: { usernameField: 'email', passwordField: 'password' },
  });
  app.use('users', memory());
  const authentication = new AuthenticationService(app);
  authentication.register('jwt', new JWTStrategy());
  authentication.register('local', new LocalStrategy());
  app.use('authentication', authentication);
  app.service('users').hooks({ before: { find: [authenticate('jwt')] } });
  app.use(errorHandler({ logger: false }));
  const server = await app.listen(0);
  const password = await authentication.strategies.local.hashPassword('lovelace');
  await app.service('users').create({ email: 'ada@example.com', password });
  using session = createSession({ baseUrl: `http://127.0.0.1:${server.address().port}`, server: feathers });
  try {
    await expect(session.login({ email: 'ada@example.com', password: 'wrong' })).rejects.toMatchObject({
      verdict: 'invalidCredentials',
    });
    await session.login({ email: 'ada@example.com', password: 'lovelace' });
    const { expiresAt, user } = session.getSnapshot();
    expect(user).toMatchObject({ email: 'ada@example.com' });
    expect(expiresAt - Date.now()).toBeGreaterThan(3_500_000);
    await session.refresh();
    expect((await session.fetch('users')).status).toBe(200);
    await session.logout();
    expect((await session.fetch('users')).status).toBe(401);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
