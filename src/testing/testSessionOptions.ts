import type { ServerContract } from '../server/contract.ts';
import type { Environment } from '../platform/environment.ts';
import type { SessionOptions } from '../options.ts';
import type { Account } from './accounts.ts';
import type { DialectName } from './dialects/dialect.ts';
import type { ManualClock } from './manualClock.ts';
import type { TestServer, TestServerOptions } from './server.ts';
import type { SessionState } from './sessionState.ts';

/** The credentials of a test server's users. */
export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
}

/** The credentials of the second step of a sign-in, if the server requires a code: `server.requireCode()`. */
export interface CodeCredentials {
  readonly code: string;
}

/** What the users of a test server sign in with. */
export type TestCredentials = PasswordCredentials | CodeCredentials;

/** Options of every test session. */
export interface CommonOptions<User, Credentials> extends Pick<
  TestServerOptions,
  'users' | 'accessTokenLifetime' | 'refreshTokenLifetime'
> {
  /**
   * The initial state, by its name in the chart: an innermost state such as `authenticated.due.ready`, or a parent.
   * `anonymous` stands for its child `idle`, `anonymous.restoring` for `reading`, `authenticated` for `fresh`,
   * `authenticated.due` for `ready`, `refreshing` for `requesting`, `expired` and `loggedOut` for `idle`. In
   * `loggedOut.revoking` and `loggedOut.backingOff`, the session uses the contract with a `logout` that waits or fails once,
   * in `anonymous.restoring.requesting` and `anonymous.restoring.backingOff` with `silentSignIn`.
   * A state with `challenged` needs the dialect `rotating`: the server then requires the code `123456`.
   *
   * @default 'authenticated.fresh'
   */
  readonly state?: SessionState;

  /**
   * The kind of server that the contract is for, as for `createTestServer`.
   *
   * @default 'rotating'
   */
  readonly dialect?: DialectName;

  /**
   * A server from `createTestServer`, created with the `now` of `clock`. It has its own users, lifetimes and dialect, so
   * you cannot combine it with these options.
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
   * Options of the session, as for `createSession`. By default, `baseUrl` and `ky.fetch` lead to the server, and
   * `environment.random` always returns 0.5.
   */
  readonly session?: Partial<Omit<SessionOptions<User, Credentials>, 'server' | 'environment'>> & {
    readonly environment?: Partial<Omit<Environment, 'clock' | 'signals'>>;
  };
}

/** Options without a contract: uses the contract for the dialect `rotating`. */
export interface TestSessionOptions extends CommonOptions<Account, TestCredentials> {
  /**
   * The credentials to sign in with, if the state needs a user.
   *
   * @default the first of `users`
   */
  readonly credentials?: PasswordCredentials;
  readonly contract?: undefined;
  readonly dialect?: 'rotating';
}

/** Options with a contract of your own. */
export interface OwnContractOptions<User, Credentials> extends CommonOptions<User, Credentials> {
  /** The contract that your application passes to `createSession` as `server`. */
  readonly contract: ServerContract<User, Credentials>;
  /** The credentials of a user of the server, to sign in with if the state needs a user. */
  readonly credentials: Credentials;
  /**
   * The credentials of the second step of a sign-in, for the states `anonymous.challenged.signingIn` and
   * `expired.challenged.signingIn`. The code is `123456`.
   *
   * @default none
   */
  readonly secondStep?: Credentials;
}
