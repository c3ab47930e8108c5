import type { TokenEndpointResponse } from 'oauth4webapi';
import { check, text } from '../errors/checks.ts';
import type { Grant, Secrets } from '../server/contract.ts';

/** An API with the parameters of its token requests. */
export interface Api {
  /** The resource indicator, or the scopes. Names the tokens of the API in the secrets of the session. */
  readonly name: string;
  readonly parameters: [name: string, value: string][];
}

/** Requests the token of an API with the newest refresh token. */
export type RequestToken = (
  api: Api,
  refreshToken: string | null,
  signal: AbortSignal,
) => Promise<TokenEndpointResponse>;

/** What is known of the refresh token before the further tokens are requested. */
export interface BeforeFurther {
  /** The one that was sent. It stays in use if the grant brings none. */
  readonly refreshToken: string | null;
  readonly signal: AbortSignal;
}

/** Several APIs, each with other access tokens. Created by `tokenPerApi()`. */
export interface ApiTokens {
  /** The API whose token is the access token of the session. */
  readonly first: Api;
  /** The resource indicators of all APIs. */
  readonly indicators: readonly string[];
  /** The origins that get a token. */
  readonly origins: readonly string[];
  /** Adds the tokens of the further APIs to a grant. */
  complete<User>(
    this: void,
    grant: Grant<User>,
    before: BeforeFurther,
    requestToken: RequestToken,
  ): Promise<Grant<User>>;
  /** The tokens of the further APIs. */
  further(this: void, secrets: Secrets): string[];
  /** Returns the access token for a request. */
  tokenFor(this: void, url: string, accessToken: string, secrets: Secrets): string;
}

/** The option `resource`. */
export type Resource = string | readonly string[] | ApiTokens;

/** One access token, for all APIs that accept it. */
export function oneToken(resource: string | readonly string[]): ApiTokens {
  const indicators = [resource].flat().map((one) => check('resource', one, text));
  return {
    first: { name: '', parameters: indicators.map((one) => ['resource', one]) },
    indicators,
    origins: [],
    complete: (grant) => Promise.resolve(grant),
    further: () => [],
    tokenFor: (_url, accessToken) => accessToken,
  };
}

export const isApiTokens = (resource: Resource): resource is ApiTokens =>
  typeof resource === 'object' && 'tokenFor' in resource;
