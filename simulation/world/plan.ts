import { createRandom, mix, namesOf, type Random } from '../random.ts';
import type { CallKind } from './network.ts';
import { storyFrom } from './stories.ts';
import type { RefusalStyle, Rotation, UserName } from './server.ts';

/** Where the tokens are, and who shares them. */
export const places = ['memory', 'tabs', 'slow', 'files', 'marks', 'cookies', 'unlocked'] as const;
export type Place = (typeof places)[number];

export const isInBrowser = (place: Place): boolean =>
  place === 'tabs' || place === 'slow' || place === 'cookies';

/** What is decided before a world begins. */
export interface Setup {
  readonly place: Place;
  readonly clients: number;
  readonly hasLocks: boolean;
  readonly hasChannel: boolean;
  /** After how many milliseconds a tab sees what another has written to `localStorage`, at most. */
  readonly lateness: number;
  /** How far the clock of the device is ahead of that of the server, in milliseconds. */
  readonly skew: number;
  /** Whether the clocks of the tabs differ as well. */
  readonly hasDrift: boolean;
  readonly rotation: Rotation;
  readonly style: RefusalStyle;
  /** Seconds. */
  readonly lifetime: number;
  /** How long before its end an access token is due, in milliseconds, or `null`: the default. */
  readonly leeway: number | null;
  readonly hasExpiresAt: boolean;
  readonly hasSecondStep: boolean;
  readonly hasThirdStep: boolean;
  readonly canRevoke: boolean;
  readonly hasRefresh: boolean;
  readonly refreshesLiveTokensOnly: boolean;
  /** Whether the session ends after a time without activity. */
  readonly hasLimits: boolean;
  readonly isProactive: boolean;
  readonly cooldown: number;
  readonly holdLimit: number;
  readonly whileExpired: number | false;
  readonly whileStepUp: number | false;
  readonly whileOffline: boolean;
  readonly attempts: number;
  /** Milliseconds. */
  readonly networkDelay: number;
}

const weights = {
  request: 26,
  many: 4,
  login: 6,
  logout: 5,
  refresh: 4,
  adopt: 3,
  accessToken: 2,
  abort: 3,
  updateUser: 1,
  cancel: 1,
  open: 3,
  close: 2,
  crash: 5,
  suspend: 3,
  freeze: 4,
  hide: 2,
  wake: 2,
  jump: 1,
  offline: 2,
  lose: 5,
  drop: 3,
  double: 1,
  late: 2,
  stuck: 3,
  outage: 4,
  forget: 5,
  refuseAll: 1,
  revoke: 2,
  weaken: 2,
  expireRefresh: 1,
  disable: 1,
  mixUp: 1,
  misroute: 2,
  stay: 1,
  full: 2,
  block: 1,
  hang: 1,
  slow: 2,
  clear: 1,
  tear: 1,
  deaf: 2,
  unruly: 2,
  refuseLocks: 1,
  wait: 4,
} as const;

export type Action = keyof typeof weights;

/** One thing that happens. An action uses only some of the numbers. */
export interface Step {
  /** Milliseconds since the step before. */
  readonly after: number;
  readonly action: Action;
  /** Which client, modulo their number. */
  readonly client: number;
  readonly user: UserName;
  readonly kind: CallKind;
  /** How long it lasts, in milliseconds. */
  readonly duration: number;
  /** How often, or how much. */
  readonly count: number;
}

/** All decisions about a world. Each step can be left out without changing the others. */
export interface Plan {
  readonly seed: number;
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

/** The plan of one of the worlds of a run. */
export function planOf(seed: number, index: number): Plan {
  const world = mix(seed, index);
  const random = createRandom(world, 0);
  const setup = setupFrom(random);
  const length = 6 + random.below(18);
  // A world in which few things happen, but often, finds what one with a little of everything does not.
  const chosen = { ...weights };
  for (const action of namesOf(weights))
    Reflect.set(chosen, action, weights[action] * random.pick([0, 0.3, 1, 4]));
  const stepOfWorld = () => stepFrom(random, chosen);
  const steps = Array.from({ length }, stepOfWorld);
  if (random.chance(0.4)) steps.splice(random.below(length), 0, ...storyFrom(random, setup, stepOfWorld));
  return { seed: world, setup, steps: random.chance(0.9) ? [...beginning, ...steps] : steps };
}

/** In most worlds a user signs in first. */
const beginning: readonly Step[] = [
  { after: 10, action: 'login', client: 0, user: 'ada', kind: 'login', duration: 0, count: 1 },
  { after: 200, action: 'wait', client: 0, user: 'ada', kind: 'login', duration: 0, count: 1 },
];

/** Seconds: longer than a timer can run. */
const month = 30 * 24 * 3_600;

function setupFrom(random: Random): Setup {
  const { pick, chance, below } = random;
  const place = random.weighted({ memory: 2, tabs: 5, slow: 2, files: 2, marks: 1, cookies: 2, unlocked: 1 });
  const isBrowser = isInBrowser(place);
  return {
    place,
    clients: 1 + below(place === 'memory' ? 2 : 4),
    hasLocks: place !== 'marks' && (place === 'slow' || place === 'cookies' || chance(0.92)),
    hasChannel: isBrowser && chance(0.9),
    lateness: place === 'tabs' && chance(0.3) ? 130 : 0,
    skew: pick([0, 0, 0, 600_000, -600_000]),
    hasDrift: chance(0.1),
    rotation: rotationFor(place, random),
    style: pick(['code', 'code', 'status', 'challenge']),
    lifetime: chance(0.03) ? month : pick([20, 60, 60, 600]),
    leeway: chance(0.3) ? 30_000 : null,
    hasExpiresAt: chance(0.25),
    hasSecondStep: chance(0.25),
    hasThirdStep: chance(0.5),
    canRevoke: chance(0.8),
    hasRefresh: place === 'cookies' || chance(0.95),
    // A tab that has no access token could not get one.
    refreshesLiveTokensOnly: chance(0.06) && place !== 'cookies',
    hasLimits: chance(0.12),
    isProactive: chance(0.7),
    cooldown: pick([5_000, 5_000, 0]),
    holdLimit: pick([1_000, 1_000, 4]),
    whileExpired: pick([false, false, 15_000]),
    whileStepUp: pick([false, 10_000]),
    whileOffline: chance(0.8),
    attempts: pick([Infinity, Infinity, 3]),
    networkDelay: pick([20, 80, 400]),
  };
}

/** Without a lock, tabs use a refresh token twice, and reuse detection ends their session. */
function rotationFor(place: Place, random: Random): Rotation {
  const rotation = random.weighted({ detect: 5, grace: 2, refuse: 2, none: 1 });
  return place === 'unlocked' && rotation === 'detect' ? 'refuse' : rotation;
}

function stepFrom(random: Random, chosen: Readonly<Record<Action, number>>): Step {
  const { pick, below } = random;
  return {
    after: pick([0, 0, 1, below(50), below(50), below(1_000), below(1_000), below(8_000), below(30_000)]),
    action: random.weighted(chosen),
    client: below(4),
    user: pick(['ada', 'ada', 'grace']),
    kind: pick(['refresh', 'refresh', 'api', 'login', 'logout']),
    duration: pick([below(500), below(5_000), below(20_000), below(60_000)]),
    count: below(8),
  };
}

/** The parts of a step that its action uses, in words. */
export function stepText({ action, client, user, kind, duration, count }: Step): string {
  const parts: Partial<Record<Action, string>> = {
    login: `as ${user}`,
    adopt: `as ${user}`,
    revoke: `all tokens of ${user}`,
    weaken: `the sign-ins of ${user}`,
    disable: user,
    lose: `the next answer to ${kind}`,
    drop: `the next ${kind}`,
    double: `the next ${kind}`,
    late: `the next answer to ${kind}`,
    stuck: `the next ${kind}`,
    crash: `at effect ${count}`,
    jump: `by ${(count - 4) * duration} ms`,
  };
  const ofClient = [
    'request',
    'many',
    'login',
    'logout',
    'refresh',
    'adopt',
    'accessToken',
    'crash',
    'close',
  ];
  const lasting = [
    'suspend',
    'freeze',
    'offline',
    'outage',
    'refuseAll',
    'full',
    'block',
    'hang',
    'slow',
    'deaf',
  ];
  return [
    action,
    parts[action],
    ofClient.includes(action) || ['suspend', 'freeze'].includes(action) ? `(client ${client})` : undefined,
    lasting.includes(action) ? `for ${duration} ms` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}
