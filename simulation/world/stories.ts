import type { Random } from '../random.ts';
import type { Setup, Step } from './plan.ts';

/** The steps of a story: what an action does not name is chosen at random. */
type Story = (random: Random, setup: Setup) => readonly (Pick<Step, 'action'> & Partial<Step>)[];

const ada = { client: 0, user: 'ada', kind: 'login' } as const;
const soon = 20;
const later = 1_500;

/** The sign-ins that have several steps. */
const signIns: readonly Story[] = [
  function strongerSignIn({ pick, below }) {
    return [
      { action: 'adopt', client: 0, user: 'ada', after: soon },
      { action: 'weaken', user: 'ada', after: soon },
      { action: 'request', client: 0, count: 1, after: soon },
      { action: 'login', ...ada, after: later },
      {
        action: pick(['wait', 'abort', 'cancel', 'adopt', 'drop']),
        client: 0,
        kind: 'login',
        after: below(400),
      },
      { action: 'login', client: 0, user: pick(['ada', 'grace']), after: later },
      { action: pick(['wait', 'cancel', 'login']), ...ada, count: below(8), after: below(900) },
    ];
  },
  function signInAfterExpiry({ pick, below }) {
    return [
      { action: 'adopt', client: 0, user: 'ada', after: soon },
      { action: 'expireRefresh', after: soon },
      { action: 'forget', after: soon },
      { action: 'request', client: 0, after: soon },
      ...secondStep({ pick, below }),
    ];
  },
  (random) => [{ action: 'logout', client: 0, after: soon }, ...secondStep(random)],
];

/** Sequences that lead to states which steps at random rarely reach. Other steps come before and after them. */
const stories: readonly Story[] = [
  ...signIns,
  visit,
  function failedSignOut({ pick, below }) {
    return [
      { action: 'open', after: soon },
      { action: 'outage', count: below(5), duration: below(9_000), after: later },
      { action: 'logout', client: 0, after: soon },
      { action: 'adopt', client: below(2), user: pick(['ada', 'grace']), after: below(4_000) },
    ];
  },
  /** The server asks for a pause while the access token is due and still works. */
  function pauseWhileDue({ pick, below }, { lifetime, leeway }) {
    const due = lifetime * 1_000 * (leeway === null ? 0.85 : 0.5);
    return [
      { action: 'adopt', client: 0, user: 'ada', after: soon },
      { action: 'outage', count: pick([0, 6, 7]), duration: 40_000, after: due * pick([0.8, 0.95, 1]) },
      { action: pick(['refresh', 'request', 'forget']), client: 0, after: soon },
      { action: pick(['request', 'refresh', 'wait']), client: 0, after: below(8_000) },
      { action: pick(['offline', 'hide']), client: 0, duration: below(5_000), after: below(2_000) },
      { action: pick(['wake', 'refresh', 'request']), client: 0, after: below(6_000) },
      { action: pick(['wake', 'refresh', 'request']), client: 0, after: below(6_000) },
    ];
  },
  /** The clock passes the time at which the token is due, without a timer, while no refresh is possible. */
  function jumpWhileOffline({ pick }, { lifetime, leeway }) {
    const due = lifetime * 1_000 * (leeway === null ? 0.93 : 0.6);
    return [
      { action: 'adopt', client: 0, user: 'ada', after: soon },
      { action: pick(['offline', 'outage']), count: 7, duration: 20_000, after: soon },
      { action: pick(['refresh', 'wait']), client: 0, after: soon },
      { action: 'jump', count: 5, duration: due, after: later },
      { action: 'wake', client: 0, after: soon },
    ];
  },
  /** A request reaches the server after its session has expired. */
  function lateRefusal({ pick, below }) {
    return [
      { action: 'stuck', kind: 'api', after: soon },
      { action: 'request', client: 0, after: soon },
      { action: 'expireRefresh', after: 1 },
      { action: 'refresh', client: 0, after: 1 },
      { action: pick(['revoke', 'disable']), user: 'ada', after: below(900) },
    ];
  },
  (_random, { lifetime }) => [{ action: 'wait', after: Math.min(lifetime * 840, 25 * 24 * 3_600_000) }],
];

/** All tabs are closed, the storage is cleared, and a tab is opened: only the cookie may be left. */
function visit({ pick, below }: Pick<Random, 'pick' | 'below'>): ReturnType<Story> {
  const close = { action: 'close', client: 0, after: 0 } as const;
  const ends = ['expireRefresh', 'revoke', 'disable', 'mixUp', 'wait', 'outage', 'outage', 'slow'] as const;
  return [
    { ...close, action: 'wait', after: later },
    ...[close, close, close, close],
    { action: 'clear', after: soon },
    { action: pick(ends), user: 'ada', count: pick([0, 6, 7]), duration: 60_000, after: soon },
    { action: 'open', after: soon },
    {
      action: pick(['wait', 'suspend', 'offline', 'login']),
      client: 0,
      duration: below(40_000),
      after: soon,
    },
    { action: 'open', after: soon },
    { action: 'wait', after: 30_000 },
  ];
}

/** A sign-in with a second step, and what may come between the steps. */
function secondStep({ pick, below }: Pick<Random, 'pick' | 'below'>): ReturnType<Story> {
  return [
    { action: 'login', ...ada, after: later },
    { action: pick(['wait', 'wait', 'disable']), user: 'ada', after: later },
    { action: 'login', client: 0, user: pick(['ada', 'ada', 'grace']), after: soon },
    { action: pick(['wait', 'cancel', 'abort']), client: 0, count: 0, after: below(300) },
    { action: 'login', ...ada, after: later },
  ];
}

function storyFor(random: Random, { place, hasSecondStep }: Setup): Story {
  if (place === 'cookies' && random.chance(0.5)) return visit;
  return random.pick(hasSecondStep && random.chance(0.6) ? signIns : stories);
}

/** Returns the steps of one of the stories. */
export function storyFrom(random: Random, setup: Setup, stepFrom: (random: Random) => Step): readonly Step[] {
  return storyFor(random, setup)(random, setup).map((part) => ({ ...stepFrom(random), ...part }));
}
