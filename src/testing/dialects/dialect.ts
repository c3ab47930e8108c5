import type { Context, Hono } from 'hono';
import type { Account, Accounts } from '../accounts.ts';

export type DialectName = 'rotating' | 'coded' | 'express' | 'message' | 'header';

/** Why a request was refused, in the same words for every dialect. */
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

/** What a dialect tells the server's log about a request. Never a token. */
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

/** The way in which one kind of back end logs in, refreshes and refuses. */
export interface Dialect {
  /** Paths, each of them for `POST`. */
  readonly endpoints: Endpoints;
  createApp(accounts: Accounts): Hono<DialectEnv>;
}
