import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/index.ts';
import { createTestSession } from '../../src/testing/index.ts';

const line = ({ event, from, to, status, code }: HistoryEntry) =>
  [event, '|', from, '->', to, '|', status, code].join(' ');

describe('session.history', () => {
  it('shows why a user was signed out: the cause, the server’s code, the generation', async () => {
    using world = await createTestSession();
    const { session, server, clock } = world;
    server.intercept('refresh', () => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    server.expireAccessTokens();
    await session.api.get('api/me').catch(() => undefined);

    expect(session.history().map(line).slice(-3)).toEqual([
      'server.accessTokenExpired | authenticated.fresh -> refreshing.acquiring | 401 401',
      'lock.acquired | refreshing.acquiring -> refreshing.requesting |  ',
      'server.refreshTokenInvalid | refreshing.requesting -> expired.idle | 400 invalid_grant',
    ]);
    expect(session.history().at(-1)).toMatchObject({ generation: 1, at: clock.now() });
  });

  it('shows the server’s response to a refused sign-in', async () => {
    using world = await createTestSession({ state: 'anonymous.idle' });
    const { session, server } = world;
    server.intercept('login', () => Response.json({ code: 'LOCKED' }, { status: 423 }));
    await session.login({ username: 'ada', password: 'wrong' }).catch(() => undefined);

    expect(session.history().map(line).at(-1)).toMatch(
      /^login\.failed \| anonymous\.signingIn -> anonymous\.idle \| 423/,
    );
  });

  it('keeps the last hundred transitions', async () => {
    using world = await createTestSession();
    const { session } = world;
    for (let n = 0; n < 50; n += 1) await session.refresh();
    const events = session.history().map(({ event }) => event);

    expect(events).toHaveLength(100);
    expect(events.slice(-3)).toEqual(['session.refresh', 'lock.acquired', 'grant.stored']);
  });

  it('returns a copy with frozen entries', async () => {
    using world = await createTestSession();
    const { session } = world;
    const before = session.history();
    await session.refresh();

    expect(session.history().length).toBeGreaterThan(before.length);
    expect(Object.isFrozen(before.at(-1))).toBe(true);
    expect(JSON.parse(JSON.stringify(before))).toEqual(before);
  });
});
