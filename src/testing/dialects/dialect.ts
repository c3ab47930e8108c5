import type { Context, Hono } from 'hono';
import type { Account, Accounts } from '../accounts.ts';

export type DialectName = 'rotating' | 'coded' | 'express' | 'message' | 'header';

/** Why a request was refused, the same codes for every dialect. */
export type Refusal =
  | 'credentialsInvalid'
  | 'accessTokenMissing'
  | 'accessTokenExpired'
  | 'accessTokenInvalid'
  | 'refreshTokenExpired'
  | 'refreshTokenInvalid'
  | 'refreshTokenReused'
  | 'subjectMismatch'
  | 'forbidden';

/** What a dialect adds to the server's log of a request. It never contains a token. */
export interface Outcome {
  code?: Refusal;
  username?: string;
}

export interface DialectEnv {
  Bindings: Outcome;
  Variables: { account: Account };
}

export type DialectContext = Context<DialectEnv>;

export interface Endpoints {
  readonly login: string;
  readonly refresh: string;
  readonly logout?: string;
}

/** How one kind of server signs in, refreshes and refuses. */
export interface Dialect {
  /** The paths of the endpoints, which accept `POST`. */
  readonly endpoints: Endpoints;
  createApp(accounts: Accounts): Hono<DialectEnv>;
}
