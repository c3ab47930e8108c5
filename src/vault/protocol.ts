import type { RedirectOptions } from '../oauth/codeFlow.ts';
import type { Grant, Verdict } from '../server/contract.ts';
import type { StoredRecord } from '../store/recordTypes.ts';

/**
 * The messages with which a page begins an exchange, by their `kind`. Tokens never appear in them: a page has only handles,
 * random texts for which the worker keeps the tokens.
 *
 * A page gives each exchange an `id`, which all of its messages have. `more` asks for the next answer, and `end` says that the
 * page no longer waits.
 */
export interface Messages<User = unknown> {
  /** Opens the connection. The worker notices by the lock that the page has gone. */
  hello: { readonly lock: string | null };
  /** Sends a request of the API. The parts of a long body are further answers. */
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
  /** Waits for a lock. It is held until the page ends the exchange, for at most `limit` milliseconds. */
  lock: { readonly key: string; readonly limit: number };
  /** Waits until a record is changed. */
  watch: { readonly key: string };
}

/** Options of `signIn()`. */
export interface AuthorizationRequest extends RedirectOptions {
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

/** A request of the API. */
export interface ApiRequest {
  readonly url: string;
  readonly init: Pick<RequestInit, RequestMember>;
  readonly headers: HeaderPairs;
  /** The handle of the access token. */
  readonly handle: string;
  readonly body: string | Blob | ArrayBuffer | ReadableStream<Uint8Array> | null;
}

export type HeaderPairs = [name: string, value: string][];

/** The members of a `Request` that a message can carry, beside its headers and body. */
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

export interface ApiResponse extends Pick<Response, 'redirected' | 'status' | 'statusText' | 'type' | 'url'> {
  readonly headers: HeaderPairs;
  /** The body, or the part of it that has arrived. */
  readonly body: Part;
  /** Whether the body has further parts, which the page asks for. */
  readonly hasMore: boolean;
}

/** A part of a body, or `null` at its end. */
export type Part = Uint8Array<ArrayBuffer> | null;

/** The result of a call of the contract. */
export interface CallAnswer<User> {
  /** What the page shows of the server's response, or `null` if the server could not be reached. */
  readonly response: Pick<ResponseInit, 'status' | 'headers'> | null;
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
  readonly code: string | number | null;
  /** What the contract's `loginDetails` has returned. */
  readonly details?: unknown;
}

/** An answer of the worker, or why it has none. */
export type Reply<Value> =
  | {
      readonly id: number;
      readonly value: Value;
      /** Whether no further answer follows. */
      readonly done: boolean;
    }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** The beginning of every handle. */
export const handlePrefix = 'vault.';

/** The header of a response after which the session sends the request once more (`shouldRepeat` of the contract). */
export const repeatHeader = 'sessionchart-vault-repeat';

/** The challenge of a response to a request whose handle the worker does not know (RFC 6750, section 3.1). */
export const unknownHandle =
  'Bearer error="invalid_token", error_description="The worker does not have this token"';
