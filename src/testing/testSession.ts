import { boundCopy } from '../platform/boundCopy.ts';
import { restContract } from '../server/restContract.ts';
import { twoStepLogin } from '../server/twoStepLogin.ts';
import { contractNames } from '../server/contractNames.ts';
import type { ServerContract } from '../server/contract.ts';
import { createSession } from '../createSession.ts';
import type { Session } from '../session/session.ts';
import { memoryStore } from '../store/memoryStore.ts';
import { testUsers, type Account } from './accounts.ts';
import { createManualClock, type ManualClock } from './manualClock.ts';
import { createObstacles, type Obstacles } from './obstacles.ts';
import { createSignals, type SignalsControl } from './signalsControl.ts';
import { createTestServer, type TestServer } from './server.ts';
import { leafOf, type SessionLeaf } from './sessionState.ts';
import { letSettle } from './settle.ts';
import type {
  CommonOptions,
  OwnContractOptions,
  TestCredentials,
  TestSessionOptions,
} from './testSessionOptions.ts';
import { requiredCode, ways } from './ways.ts';

/** A session with a server, clock and signals that a test controls. */
export interface TestSession<User = Account, Credentials = TestCredentials> {
  readonly session: Session<User, Credentials>;
  readonly server: TestServer;
  /** The time stands still until `clock.advance` moves it; `advance(0)` lets promises settle. */
  readonly clock: ManualClock;
  /** Tells the session whether there is a network, and whether the page is visible. */
  readonly signals: SignalsControl;
  /**
   * Releases what keeps the session in its initial state, and lets promises settle: the store responds (`reading`),
   * the server responds (`signingIn`, `requesting`, `revoking`), or another tab releases the lock (`acquiring`). In other states it
   * does nothing: requests, time or the network end those.
   */
  release(this: void): Promise<void>;
  /** Disposes of the session. */
  dispose(this: void): void;
  [Symbol.dispose](): void;
}

/**
 * Creates a session for your tests, in the state that you name, with an in-memory server and with a clock and network
 * that you control. It reaches the state as in production: a user signs in, tokens expire, the server is down. The
 * server's log (`server.requests`) shows the requests that this took.
 *
 * @returns a promise that resolves when the session is in that state
 * @throws {TypeError | RangeError} An option is not valid.
 * @throws {Error} The session cannot reach the state with these options, for example `refreshing` if the contract has no
 * `refresh`.
 *
 * @example
 * ```ts
 * import { createTestSession } from 'sessionchart/testing';
 *
 * const { session, server, clock, dispose } = await createTestSession({ accessTokenLifetime: 60 });
 * await clock.advance(60_000);
 * await session.api.get('api/me').json(); // { id: '1', username: 'ada', email: 'ada@example.com' }
 * server.counts(); // { login: 1, refresh: 1, logout: 0, api: 1, refused: 0 }
 * dispose();
 * ```
 *
 * @example
 * ```ts
 * import { createTestSession } from 'sessionchart/testing';
 *
 * // What does the application show when the session has expired?
 * using world = await createTestSession({ state: 'expired', contract, credentials, dialect: 'express' });
 * document.body.textContent = world.session.getSnapshot().status; // 'expired'
 * ```
 */
export function createTestSession(options?: TestSessionOptions): Promise<TestSession>;
export function createTestSession<User, Credentials>(
  options: OwnContractOptions<User, Credentials>,
): Promise<TestSession<User, Credentials>>;
export async function createTestSession<User, Credentials>(
  options: TestSessionOptions | OwnContractOptions<User, Credentials> = {},
): Promise<TestSession | TestSession<User, Credentials>> {
  if (options.contract !== undefined) {
    return start(options, options.contract, options);
  }
  const speaks: string = options.server?.dialect ?? options.dialect ?? 'rotating';
  if (speaks !== 'rotating') {
    throw new TypeError(`Expected \`contract\` to be one for the dialect ${speaks}, got undefined`);
  }
  const { username = '', password = '' } = (options.users ?? testUsers)[0] ?? {};
  const { credentials = { username, password } } = options;
  return start(options, rotatingContract, { credentials, secondStep: { code: requiredCode } });
}

const rotatingContract = restContract<Account, TestCredentials>({
  login: twoStepLogin({ first: 'auth/login', second: 'auth/code', ticket: 'ticket' }),
  refresh: 'auth/refresh',
  grant: { user: ({ user }: { user?: Account }) => user },
});

/** Only a session that signs in silently reaches these states. */
const silentStates: ReadonlySet<SessionLeaf> = new Set([
  'anonymous.restoring.requesting',
  'anonymous.restoring.backingOff',
]);

async function start<User, Credentials>(
  options: CommonOptions<User, Credentials>,
  ownContract: ServerContract<User, Credentials>,
  steps: Pick<OwnContractOptions<User, Credentials>, 'credentials' | 'secondStep'>,
): Promise<TestSession<User, Credentials>> {
  const { state = 'authenticated.fresh', clock = createManualClock(), session: given = {} } = options;
  const leaf = leafOf(state, ways);
  const contract = silentStates.has(leaf)
    ? { ...boundCopy(ownContract, contractNames), silentSignIn: true }
    : ownContract;
  const server = chooseServer(options, clock);
  const signals = createSignals();
  const obstacles = createObstacles();
  const { environment, name: storeName = 'session' } = given;
  const store = obstacles.contended(given.store ?? memoryStore<User>());
  const session = createSession<User, Credentials>({
    baseUrl: server.url,
    ...given,
    server: contractFor(leaf, contract, obstacles),
    store: leaf === 'anonymous.restoring.reading' ? obstacles.slow(store) : store,
    ky: { fetch: server.fetch, ...given.ky },
    environment: { random: () => 0.5, ...environment, clock, signals },
  });
  const world = { session, server, clock, signals };
  const dispose = () => {
    obstacles.release();
    session.dispose();
  };
  try {
    await ways[leaf]({ ...steps, ...world, contract, store, storeName, obstacles });
    await expectState(session, leaf);
  } catch (error) {
    dispose();
    throw error;
  }
  const release = () => {
    obstacles.release();
    return letSettle();
  };
  return { ...world, release, dispose, [Symbol.dispose]: dispose };
}

function contractFor<User, Credentials>(
  leaf: SessionLeaf,
  contract: ServerContract<User, Credentials>,
  obstacles: Obstacles,
): ServerContract<User, Credentials> {
  if (leaf === 'loggedOut.revoking') return obstacles.hinderLogout(contract, 'isSlow');
  return leaf === 'loggedOut.backingOff' ? obstacles.hinderLogout(contract, 'fails') : contract;
}

function chooseServer<User, Credentials>(
  options: CommonOptions<User, Credentials>,
  { now }: ManualClock,
): TestServer {
  if (options.server === undefined) return createTestServer({ ...options, now });
  for (const option of ['dialect', 'users', 'accessTokenLifetime', 'refreshTokenLifetime'] as const) {
    if (options[option] !== undefined) {
      throw new TypeError(`Expected \`${option}\` to be omitted: \`server\` has its own`);
    }
  }
  return options.server;
}

/** Many times the turns that a request to an in-memory server takes. */
const mostRounds = 20;

async function expectState<User, Credentials>(
  { history }: Session<User, Credentials>,
  state: SessionLeaf,
): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    await letSettle();
    if (history().at(-1)?.to === state) return;
  }
  const reached = history().at(-1)?.to ?? 'no state';
  throw new Error(`Expected these options to lead to \`${state}\`, but the session is in \`${reached}\``);
}
