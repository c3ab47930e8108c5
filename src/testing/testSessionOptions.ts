import type { ServerContract } from '../server/contract.ts';
import type { Environment } from '../store/environment.ts';
import type { SessionOptions } from '../options.ts';
import type { Account } from './accounts.ts';
import type { DialectName } from './dialects/dialect.ts';
import type { ManualClock } from './manualClock.ts';
import type { TestServer, TestServerOptions } from './server.ts';
import type { SessionState } from './sessionState.ts';

/** What the users of a test server sign in with. */
export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
}

/** What all test sessions can be given. */
export interface CommonOptions<User, Credentials> extends Pick<
  TestServerOptions,
  'users' | 'accessTokenLifetime' | 'refreshTokenLifetime'
> {
  /**
   * The state to begin in, by its name in the chart: one of its innermost states, such as
   * `authenticated.due.ready`, or a state around them: `anonymous`, `authenticated` and `expired` stand for
   * their first quiet state (`idle`, `fresh`, `idle`), `authenticated.due` for `ready`, `refreshing` for
   * `requesting`.
   *
   * @default 'authenticated.fresh'
   */
  readonly state?: SessionState;

  /**
   * Which kind of server the contract is for, as for `createTestServer`.
   *
   * @default 'rotating'
   */
  readonly dialect?: DialectName;

  /**
   * The server, from `createTestServer`: give it the `now` of `clock`. It has its own users, lifetimes and
   * dialect, so these cannot be given with it.
   *
   * @default a new one, on `clock`
   */
  readonly server?: TestServer;

  /**
   * The clock of the session and its server.
   *
   * @default createManualClock()
   */
  readonly clock?: ManualClock;

  /**
   * Options of the session, as for `createSession`. What they leave out is filled in: `baseUrl` and the base
   * fetch lead to the server, and `environment.random` is 0.5 at all times.
   */
  readonly session?: Partial<Omit<SessionOptions<User, Credentials>, 'server' | 'environment'>> & {
    readonly environment?: Partial<Omit<Environment, 'clock' | 'signals'>>;
  };
}

/** Options without a contract: that of a server which speaks `rotating` is used. */
export interface TestSessionOptions extends CommonOptions<Account, PasswordCredentials> {
  /**
   * Who signs in, where the state needs somebody.
   *
   * @default the first of `users`
   */
  readonly credentials?: PasswordCredentials;
  readonly contract?: undefined;
  readonly dialect?: 'rotating';
}

/** Options with a contract of your own. */
export interface OwnContractOptions<User, Credentials> extends CommonOptions<User, Credentials> {
  /** What your program gives to `createSession` as `server`. */
  readonly contract: ServerContract<User, Credentials>;
  /** Who signs in, where the state needs somebody: a user of the server. */
  readonly credentials: Credentials;
}
