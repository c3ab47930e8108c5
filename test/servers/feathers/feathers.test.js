import { AuthenticationService, JWTStrategy, authenticate } from '@feathersjs/authentication';
import { LocalStrategy } from '@feathersjs/authentication-local';
import express, { errorHandler, rest } from '@feathersjs/express';
import { feathers as createFeathers } from '@feathersjs/feathers';
import { memory } from '@feathersjs/memory';
import { createServer } from 'node:http';
import { expiredJwt } from '../expiredJwt.js';
import { listen } from '../listen.js';
import { testRecipe } from '../testRecipe.js';
import { feathers } from './contract.ts';

async function start() {
  const app = express(createFeathers());
  app.use(express.json());
  app.configure(rest());
  const secret = 'a secret of the tests';
  app.set('authentication', {
    secret,
    entity: 'user',
    service: 'users',
    authStrategies: ['jwt', 'local'],
    local: { usernameField: 'email', passwordField: 'password' },
  });
  app.use('users', memory());
  const authentication = new AuthenticationService(app);
  authentication.register('jwt', new JWTStrategy());
  authentication.register('local', new LocalStrategy());
  app.use('authentication', authentication);
  app.service('users').hooks({ before: { find: [authenticate('jwt')] } });
  app.use(errorHandler({ logger: false }));
  const server = createServer(app);
  await app.setup(server);
  const { origin, stop } = await listen(server);
  const addUser = async () => {
    const password = await authentication.strategies.local.hashPassword('lovelace');
    await app.service('users').create({ email: 'ada@example.com', password });
  };
  await addUser();
  return {
    baseUrl: origin,
    credentials: { email: 'ada@example.com', password: 'lovelace' },
    expire: (record) => ({ ...record, accessToken: expiredJwt(record.accessToken, secret) }),
    async revoke({ user }) {
      await app.service('users').remove(user.id);
      await addUser();
    },
    stop,
  };
}

testRecipe('Feathers', feathers, start, {
  resource: 'users',
  user: { email: 'ada@example.com' },
  refused: { verdict: 'invalidCredentials', status: 401, serverCode: null },
  expired: 'ends',
  revoked: 'loggedOut',
  afterLogout: { accessToken: 'accepted', refresh: 'accepted' },
});
