import { describe, expect, test } from 'vitest';
import { createSession, simpleStore, type SessionStore, type StoredRecord } from '../../src/index.ts';
import { limitSession, type LimitOptions } from '../../src/limits/index.ts';
import { createTestSession, type Account } from '../../src/testing/index.ts';
import { minute } from './world.ts';

const session = () => createSession({ baseUrl: 'https://api.example.com', server: {} });

describe('invalid options are refused by name', () => {
  test.each<[string, object, string]>([
    ['no limit', {}, 'Expected `idle` to be a finite number of at least 1000, or `lifetime` to be one'],
    ['seconds', { idle: 900 }, 'Expected `idle` to be a finite number of at least 1000, got 900'],
    ['no number', { lifetime: '12h' }, 'Expected `lifetime` to be a finite number of at least 1000'],
    [
      'an early warning',
      { idle: minute, warning: minute },
      'Expected `warning` to be a number of at least 0 and less',
    ],
    ['an unknown name', { idle: minute, lifeTime: minute }, 'did you mean `lifetime`?'],
    ['no function', { idle: minute, activity: true }, 'Expected `activity` to be a function'],
  ])('%s', (_, options, message) => {
    using open = session();
    expect(() => limitSession(open, options as LimitOptions)).toThrow(message);
  });
});

test('the default warning is a minute, or half of a limit that is shorter than two', async () => {
  for (const [idle, near] of [
    [10 * minute, 9 * minute],
    [minute, minute / 2],
  ] as const) {
    using world = await createTestSession();
    limitSession(world.session, { idle });
    await world.clock.advance(near - 1);
    expect(world.session.getSnapshot().ending).toBeNull();
    await world.clock.advance(1);
    expect(world.session.getSnapshot().ending?.reason).toBe('idle');
  }
});

test('after `dispose()` there is no warning and no limit', async () => {
  using world = await createTestSession();
  const limits = limitSession(world.session, { idle: minute });
  await world.clock.advance(40_000);
  limits.dispose();
  expect(world.session.getSnapshot().ending).toBeNull();
  await world.clock.advance(10 * minute);
  expect(world.session.getSnapshot().isSignedIn).toBe(true);
});

describe('a store that cannot share the times', () => {
  const broken = (): never => {
    throw new Error('The disk is full');
  };
  const records = new Map<string, StoredRecord<Account>>();
  const ofOneRecord = simpleStore<Account>({
    read: () => records.get('only') ?? null,
    write: (_key, record) => records.set('only', record),
  });

  test.each<[string, SessionStore<Account>]>([
    ['fails', { read: broken, update: broken, lock: broken, watch: broken }],
    ['has one record for all keys', ofOneRecord],
  ])('one that %s: the page counts alone, and the tokens are untouched', async (_, store) => {
    using world = await createTestSession({ session: { store } });
    limitSession(world.session, { idle: 10 * minute });
    await world.session.api.get('api/me').json();
    await world.clock.advance(10 * minute);
    expect(world.session.getSnapshot().reason).toMatchObject({ type: 'limit.reached', code: 'idle' });
  });
});
