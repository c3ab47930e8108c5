import { describe, expect, test } from 'vitest';
import type { ServerContract } from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { clients, openWorld, type Credentials, type User, type World } from './world.ts';

/** A contract that adds the API's last nonce to each request, as with DPoP (RFC 9449, section 9). */
function withNonces(): ServerContract<User, Credentials> {
  let nonce = 'none';
  return {
    ...rotating,
    authorize(request, accessToken) {
      request.headers.set('authorization', `Bearer ${accessToken}`);
      request.headers.set('x-nonce', nonce);
    },
    shouldRepeat({ status, headers }) {
      nonce = headers.get('x-nonce') ?? nonce;
      return status === 401 && headers.get('www-authenticate') === 'DPoP error="use_dpop_nonce"';
    },
    errorCodes: { ...rotating.errorCodes, use_dpop_nonce: 'none' },
  };
}

const challenge = (nonce: string) => ({
  'x-nonce': nonce,
  'www-authenticate': 'DPoP error="use_dpop_nonce"',
});

/** Lets the API accept only this nonce. Returns the nonces and bodies that it has received. */
function demand(
  { server }: World,
  nonce: string,
): { readonly nonce: string | null; readonly body: string }[] {
  const received: { nonce: string | null; body: string }[] = [];
  server.intercept('api', async (request, next) => {
    const given = request.headers.get('x-nonce');
    received.push({ nonce: given, body: await request.clone().text() });
    if (given === nonce) return next();
    return new Response(null, { status: 401, headers: challenge(nonce) });
  });
  return received;
}

describe.each(clients)('$name, a request whose proof lacks the nonce', ({ send }) => {
  test('is sent once more with it, with its body, and without a refresh', async () => {
    await using world = await openWorld({ server: withNonces() });
    const received = demand(world, 'first');
    const answer = await send(world.session, 'api/echo', { method: 'POST', body: 'one apple' });

    expect(answer.status).toBe(200);
    expect(received).toEqual([
      { nonce: 'none', body: 'one apple' },
      { nonce: 'first', body: 'one apple' },
    ]);
    expect(world.server.counts().refresh).toBe(0);
    expect(world.session.history().map(({ event }) => event)).not.toContain('server.accessTokenExpired');
  });

  test('is returned as it is if the server asks for a new nonce again and again', async () => {
    await using world = await openWorld({ server: withNonces() });
    let requests = 0;
    world.server.intercept('api', () => {
      requests += 1;
      return new Response(null, { status: 401, headers: challenge(`nonce ${requests}`) });
    });

    expect((await send(world.session, 'api/me')).status).toBe(401);
    expect(requests).toBe(2);
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });

  test('is returned as it is if it carried no token', async () => {
    await using world = await openWorld({ server: withNonces(), isSignedIn: false });
    const received = demand(world, 'first');

    expect((await send(world.session, 'api/me')).status).toBe(401);
    expect(received).toHaveLength(1);
  });

  test('is repeated, and then replayed if its token has expired', async () => {
    await using world = await openWorld({ server: withNonces(), refresh: { cooldown: 0 } });
    const received = demand(world, 'first');
    world.server.expireAccessTokens();

    expect((await send(world.session, 'api/me')).status).toBe(200);
    expect(received.map(({ nonce }) => nonce)).toEqual(['none', 'first', 'first']);
    expect(world.server.counts().refresh).toBe(1);
  });
});
