import { expect, test } from 'vitest';
import { isInvalidOptionError, restContract, type RestContractOptions } from '../../src/index.ts';
import { ada, granted, oauthAnswer, sessionOn, type Credentials, type User } from './contractWorld.ts';
import { startRecordingServer } from './recordingServer.ts';

const notFound = (message: string) => () => ({ status: 404, json: { message, code: 404 } });

const open = async (
  refusal: () => { readonly status: number; readonly json: unknown },
  options: RestContractOptions<User, Credentials>,
) => {
  const server = await startRecordingServer({
    'POST /login': ({ body }) => (body.includes('locked') ? refusal() : granted(oauthAnswer)()),
    'POST /token': refusal,
    'GET /orders/7': refusal,
  });
  const session = sessionOn(server, restContract<User, Credentials>({ login: 'login', ...options }));
  return {
    session,
    async [Symbol.asyncDispose]() {
      session.dispose();
      await server[Symbol.asyncDispose]();
    },
  };
};

test('a code of the refresh endpoint ends the session, and the same code of the API does not', async () => {
  const refresh = { path: 'token', errorCodes: { 404: 'accountDisabled' } } as const;
  await using world = await open(notFound('No such record'), { refresh });
  const { session } = world;
  await session.login(ada);

  expect((await session.fetch('orders/7')).status).toBe(404);
  expect(session.getSnapshot().status).toBe('authenticated');
  await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_LOGGED_OUT' });
  expect(session.getSnapshot().reason).toMatchObject({ code: 404, status: 404 });
});

test('the codes of an endpoint are read from where the contract says', async () => {
  const codes = { gone: 'refreshTokenInvalid' } as const;
  const refusal = () => ({ status: 422, json: { failure: { name: 'gone' } } });
  await using world = await open(refusal, {
    errorCode: 'failure.name',
    refresh: { path: 'token', errorCodes: codes },
  });
  await world.session.login(ada);

  await expect(world.session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
});

test('the codes of an endpoint come before those of the contract', async () => {
  await using world = await open(notFound('Locked'), {
    login: { path: 'login', errorCodes: { Locked: 'accountDisabled' } },
    errorCodes: { 404: 'unavailable', Locked: 'rateLimited' },
  });

  await expect(world.session.login({ ...ada, password: 'locked' })).rejects.toMatchObject({
    verdict: 'accountDisabled',
    status: 404,
    serverCode: 'Locked',
  });
});

test.each([
  ['refresh.errorCodes', { refresh: { path: 'token', errorCodes: 404 } }],
  ["refresh.errorCodes['404']", { refresh: { path: 'token', errorCodes: { 404: 'gone' } } }],
])('rejects %s: %o', (option, options) => {
  const create = () => {
    // @ts-expect-error: JavaScript code can pass this
    restContract(options);
  };

  expect(create).toThrow(option);
  try {
    create();
  } catch (error) {
    expect(isInvalidOptionError(error)).toBe(true);
  }
});
