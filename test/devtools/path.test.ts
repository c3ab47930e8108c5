import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/index.ts';
import { layout } from '../../src/devtools/chart/layout.ts';
import { findPath } from '../../src/devtools/chart/path.ts';
import { createTestSession } from '../../src/testing/index.ts';

const move = (event: string, from: string, to: string): HistoryEntry => ({
  at: 0,
  event,
  from,
  to,
  code: null,
  status: null,
  sessionId: null,
  generation: 1,
});

const pathOf = (...moves: readonly HistoryEntry[]) =>
  findPath(moves, layout.arrows).map(({ arrow, age }) => `${age} ${arrow.from} > ${arrow.to}`);

test.each([
  [move('session.refresh', 'authenticated.fresh', 'refreshing.acquiring'), 'authenticated > refreshing'],
  [
    move('after refreshDue', 'authenticated.fresh', 'refreshing.acquiring'),
    'authenticated.fresh > refreshing',
  ],
  [
    move('server.unavailable', 'refreshing.requesting', 'authenticated.due.deferred'),
    'refreshing > authenticated.due.deferred',
  ],
  [
    move('server.unavailable', 'refreshing.requesting', 'authenticated.due.ready'),
    'refreshing > authenticated.due',
  ],
  [move('session.adopt', 'expired.idle', 'authenticated.fresh'), '* > authenticated'],
  [move('session.login', 'loggedOut', 'anonymous.signingIn'), 'loggedOut > anonymous.signingIn'],
  [move('server.sessionRevoked', 'authenticated.due.ready', 'loggedOut'), 'authenticated > loggedOut'],
])('%o follows %s', (entry, arrow) => {
  expect(pathOf(entry)).toEqual([`0 ${arrow}`]);
});

test('an eventless transition after another one is found by its states', () => {
  expect(pathOf(move('after refreshDue', 'authenticated.fresh', 'expired.idle'))).toEqual([
    '0 authenticated > expired',
  ]);
});

test('the start, and events that change no state, follow no arrow', () => {
  expect(
    pathOf(move('start', '', 'anonymous.restoring'), move('server.forbidden', 'loggedOut', 'loggedOut')),
  ).toEqual([]);
});

test('lists five transitions, newest first, each arrow once', () => {
  const there = move('session.refresh', 'authenticated.fresh', 'refreshing.acquiring');
  const back = move('grant.stored', 'refreshing.requesting', 'authenticated.fresh');
  const between = move('lock.acquired', 'refreshing.acquiring', 'refreshing.requesting');
  const restored = move('store.restored', 'anonymous.restoring', 'authenticated.fresh');
  expect(pathOf(restored, there, between, back, there, between, back)).toEqual([
    '0 refreshing > authenticated',
    '1 refreshing.acquiring > refreshing.requesting',
    '2 authenticated > refreshing',
  ]);
});

test.each([
  'anonymous.signingIn',
  'authenticated.due.ready',
  'authenticated.due.deferred',
  'refreshing.backingOff',
  'refreshing.offline',
  'expired.signingIn',
  'loggedOut',
] as const)('a session that reached %s has an arrow for each transition', async (state) => {
  using world = await createTestSession({ state });
  const moves = world.session.history().filter(({ from, to }) => from !== '' && from !== to);
  for (const entry of moves) expect(findPath([entry], layout.arrows), JSON.stringify(entry)).toHaveLength(1);
});
