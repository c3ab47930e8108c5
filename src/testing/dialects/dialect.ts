import type { Context, Hono } from 'hono';
import type { Account, Accounts } from '../accounts.ts';

export type DialectName = 'rotating' | 'coded' | 'express' | 'message' | 'header';

/** Why a request was refused, the same codes for every dialect. */
export type Refusal =
  | 'credentialsInvalid'
  | 'codeRequired'
  | 'codeInvalid'
  | 'ticketInvalid'
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
  /** The second step of a sign-in. */
  readonly code?: string;
}

/** The second step of a sign-in. */
export interface SecondStep {
  /** The code that a sign-in needs besides the password, or `null`. */
  code: string | null;
  /** The users who have taken the first step, by the ticket that the server has given them. */
  readonly tickets: Map<string, Account>;
}

/** How one kind of server signs in, refreshes and refuses. */
export interface Dialect {
  /** The paths of the endpoints, which accept `POST`. */
  readonly endpoints: Endpoints;
  createApp(accounts: Accounts, secondStep: SecondStep): Hono<DialectEnv>;
}
