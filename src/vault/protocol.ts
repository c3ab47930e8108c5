import type { Grant, Verdict } from '../server/contract.ts';
import type { StoredRecord } from '../store/recordTypes.ts';

/**
 * The messages from a page to the worker. Each is sent with a port for the answer. Tokens never appear in them: a page has
 * only handles, random texts for which the worker keeps the tokens.
 */
export interface Messages<User = unknown> {
  /** Opens the connection. The worker notices by the lock that the page has gone. */
  hello: { readonly lock: string | null };
  /** Sends a request of the API. */
  fetch: ApiRequest;
  /** Creates an authorization request at a provider of OAuth. */
  authorize: AuthorizationRequest;
  /** Asks for the sign-in from which the user has come back. */
  returned: { readonly state: string };
  /** Calls the function of the contract. The credentials of OAuth are the response of the provider. */
  login: { readonly credentials: unknown; readonly challenge: unknown };
  refresh: SessionHandles;
  logout: SessionHandles;
  /** Reads a record. */
  read: { readonly key: string };
  /** Replaces a record if it is still `from`. */
  write: {
    readonly key: string;
    readonly from: StoredRecord<User> | null;
    readonly to: StoredRecord<User>;
  };
  /** Waits for a lock, which is taken back after `limit` milliseconds. */
  lock: { readonly key: string; readonly limit: number };
  /** Asks for an answer with each change of a record. */
  watch: { readonly key: string };
}

/** Parameters of `signIn()`. */
export interface AuthorizationRequest {
  readonly prompt: string | null;
  readonly loginHint: string | null;
  readonly maxAge: number | null;
  readonly acrValues: string | null;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly returnTo: string;
  /** That of a popup or a frame, or `null` if the page leaves for the provider. */
  readonly state: string | null;
}

export interface ReturnedSignIn {
  readonly returnTo: string;
  readonly isStepUp: boolean;
}

export interface SessionHandles {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly user: unknown;
}

/** The members of a `Request` that a message can carry. */
export interface ApiRequest {
  readonly url: string;
  readonly init: Pick<RequestInit, RequestMember> & {
    readonly headers: readonly (readonly [name: string, value: string])[];
  };
  /** The handle of the access token. */
  readonly handle: string;
  /** The body, or the port of a stream. */
  readonly body: string | Blob | ArrayBuffer | MessagePort | null;
}

export const requestMembers = [
  'method',
  'mode',
  'credentials',
  'cache',
  'redirect',
  'referrerPolicy',
  'integrity',
  'keepalive',
] as const satisfies readonly (keyof RequestInit & keyof Request)[];

type RequestMember = (typeof requestMembers)[number];

/** The answers of the worker. */
export interface Answers<User = unknown> {
  hello: Welcome;
  fetch: ApiResponse;
  authorize: { readonly url: string } | { readonly refusal: Refusal };
  returned: ReturnedSignIn | null;
  login: CallAnswer<User>;
  refresh: CallAnswer<User>;
  logout: CallAnswer<User>;
  read: StoredRecord<User> | null;
  write: boolean;
  lock: null;
  watch: null;
}

export interface Welcome {
  /** The name of the lock that the worker holds as long as it runs, or `null` without Web Locks. */
  readonly lock: string | null;
  /** The addresses of the contract's calls, for the devtools and for explanations. */
  readonly endpoints: Readonly<Record<string, string | undefined>>;
}

export interface ApiResponse extends Pick<
  Response,
  'ok' | 'redirected' | 'status' | 'statusText' | 'type' | 'url'
> {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The port of the body. */
  readonly body: MessagePort | null;
}

/** The result of a call of the contract. */
export interface CallAnswer<User> {
  /** A grant with handles in place of tokens. */
  readonly grant?: Grant<User>;
  readonly challenge?: { readonly info: unknown; readonly ticket: unknown };
  readonly failure?: CallFailure;
  /** The refusal of a provider, or of its response. */
  readonly refusal?: Refusal;
  /** The address at which the page ends the session at the provider, after a logout. */
  readonly endSessionUrl?: string;
  /** The field of a grant that is not valid. */
  readonly malformed?: { readonly field: string; readonly expected: string; readonly received: string };
}

/** An `AuthorizationError`. */
export interface Refusal {
  readonly error: string;
  readonly message: string;
  readonly description: string | null;
}

/** Why a call of the contract failed. */
export interface CallFailure {
  readonly verdict: Verdict;
  readonly status: number | null;
  readonly code: string | number | null;
  /** Milliseconds, or `null`. */
  readonly retryAfter: number | null;
  /** What the contract's `loginDetails` has returned. */
  readonly details?: unknown;
}

/** An answer, or the error of a message that could not be answered. */
export type Reply<Value> =
  { readonly value: Value } | { readonly error: { readonly name: string; readonly message: string } };

/** The beginning of every handle. */
export const handlePrefix = 'vault.';

/** The header of a response after which the session sends the request once more (`shouldRepeat` of the contract). */
export const repeatHeader = 'sessionchart-vault-repeat';

/** The challenge of a response to a request whose handle the worker does not know (RFC 6750, section 3.1). */
export const unknownHandle =
  'Bearer error="invalid_token", error_description="The worker does not have this token"';
