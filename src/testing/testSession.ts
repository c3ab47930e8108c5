import { restContract } from '../server/restContract.ts';
import type { ServerContract } from '../server/contract.ts';
import { createSession } from '../createSession.ts';
import { inProcessLock } from '../store/inProcessLock.ts';
import type { Session } from '../session/session.ts';
import { memoryStore } from '../store/memoryStore.ts';
import { testUsers, type Account } from './accounts.ts';
import { createManualClock, type ManualClock } from './manualClock.ts';
import { createObstacles } from './obstacles.ts';
import { createSignals, type SignalsControl } from './signalsControl.ts';
import { createTestServer, type TestServer } from './server.ts';
import { leafOf, type SessionLeaf } from './sessionState.ts';
import { letSettle } from './settle.ts';
import type {
  CommonOptions,
  OwnContractOptions,
  PasswordCredentials,
  TestSessionOptions,
} from './testSessionOptions.ts';
import { ways } from './ways.ts';

/** A session, and the world around it in the caller's hand. */
export interface TestSession<User = Account, Credentials = PasswordCredentials> {
  readonly session: Session<User, Credentials>;
  readonly server: TestServer;
  /** Time stands still until `clock.advance` moves it; `advance(0)` lets promises settle. */
  readonly clock: ManualClock;
  /** Switches what the session hears of the network, and of whether anybody looks. */
  readonly signals: SignalsControl;
  /**
   * Lets go of what keeps the session in the state that it began in, and lets promises settle: the store
   * answers (`restoring`), the server does (`signingIn`, `requesting`), or another tab gives the lock away
   * (`acquiring`). In other states it changes nothing: they are left by requests, time and the network.
   */
  release(this: void): Promise<void>;
  /** Disposes of the session. */
  dispose(this: void): void;
  [Symbol.dispose](): void;
}

/**
 * Creates a session for the tests of your own program: on a server in memory, with time and network in your
 * hand, and in the state that you name. It gets there as it would in life: somebody signs in, tokens expire,
 * the server is down. The server's log (`server.requests`) shows what was needed for that.
 *
 * @returns resolves when the session is in that state
 * @throws {TypeError | RangeError} An option is not what it should be.
 * @throws {Error} The state cannot be reached with these options: no refresh in the contract, say, or
 * `refresh.attempts` of 1 and `refreshing.backingOff`.
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
 * // What does the program show to a user whose session has expired?
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
    return start(options, options.contract, options.credentials);
  }
  const speaks: string = options.server?.dialect ?? options.dialect ?? 'rotating';
  if (speaks !== 'rotating') {
    throw new TypeError(`Expected \`contract\` to be one for a server that speaks ${speaks}, got undefined`);
  }
  const { username = '', password = '' } = (options.users ?? testUsers)[0] ?? {};
  return start(options, rotatingContract, options.credentials ?? { username, password });
}

const rotatingContract = restContract<Account, PasswordCredentials>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  grant: { user: ({ user }: { user?: Account }) => user },
});

async function start<User, Credentials>(
  options: CommonOptions<User, Credentials>,
  contract: ServerContract<User, Credentials>,
  credentials: Credentials,
): Promise<TestSession<User, Credentials>> {
  const { state = 'authenticated.fresh', clock = createManualClock(), session: given = {} } = options;
  const leaf = leafOf(state, ways);
  const server = chooseServer(options, clock);
  const signals = createSignals();
  const obstacles = createObstacles();
  const { environment, store = memoryStore<User>(), name: storeName = 'session' } = given;
  const lock = obstacles.contended(environment?.lock ?? inProcessLock);
  const session = createSession<User, Credentials>({
    baseUrl: server.url,
    ...given,
    server: contract,
    store: leaf === 'anonymous.restoring' ? obstacles.slow(store) : store,
    ky: { fetch: server.fetch, ...given.ky },
    environment: { random: () => 0.5, ...environment, lock, clock, signals },
  });
  const world = { session, server, clock, signals };
  const dispose = () => {
    obstacles.release();
    session.dispose();
  };
  try {
    await ways[leaf]({ ...world, contract, credentials, store, storeName, lock, obstacles });
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

function chooseServer<User, Credentials>(
  options: CommonOptions<User, Credentials>,
  { now }: ManualClock,
): TestServer {
  if (options.server === undefined) return createTestServer({ ...options, now });
  for (const option of ['dialect', 'users', 'accessTokenLifetime', 'refreshTokenLifetime'] as const) {
    if (options[option] !== undefined) {
      throw new TypeError(`Expected \`${option}\` to be left out: \`server\` has its own`);
    }
  }
  return options.server;
}

/** Many times what an exchange with a server in memory takes. */
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
