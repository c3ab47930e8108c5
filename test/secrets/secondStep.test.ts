import { expect, test } from 'vitest';
import { restContract, twoStepLogin } from '../../src/index.ts';
import { createCanary, containsCanary } from './canary.ts';
import { openWorld, type Credentials } from './leakyServer.ts';

test('The ticket of a second step is exposed nowhere, even if the server quotes it', async () => {
  await using world = await openWorld({
    server: restContract<{ name: string }, Credentials>({
      login: twoStepLogin({
        first: 'login',
        second: { path: 'code', body: ({ credentials, challenge }) => ({ ...credentials, challenge }) },
        ticket: 'ticket',
      }),
    }),
  });
  const session = world.start();
  const ticket = createCanary('ticket');
  world.answer('/login', () => Response.json({ ticket }, { status: 401 }));
  const bodies: string[] = [];
  world.answer('/code', (body) => {
    bodies.push(body);
    return Response.json({ code: ticket, message: ticket }, { status: 401 });
  });

  expect(await world.failing(() => session.login(world.credentials))).toMatchObject({
    code: 'ERR_LOGIN_CHALLENGE',
  });
  expect(await world.failing(() => session.login(world.credentials))).toMatchObject({
    code: 'ERR_LOGIN_FAILED',
  });
  expect(session.getSnapshot().isChallenged).toBe(true);
  expect(world.witness.found()).toEqual([]);
  expect(world.witness.output).toEqual([]);
  // The server has received it.
  expect(bodies.map(containsCanary)).toEqual([true]);
});
