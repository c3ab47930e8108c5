import type { ContractCall } from '../server/contract.ts';

/**
 * A request of oauth4webapi. The type is declared here, because programs that use `sessionchart/node` only may not have
 * installed that library.
 */
export interface ProtocolRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: BodyInit | undefined;
  readonly redirect?: RequestRedirect;
  readonly signal?: AbortSignal;
}

/** Sends a request of the protocol library. */
export type ProtocolFetch = (url: string, init: ProtocolRequest) => Promise<Response>;

/** What a call to the provider needs. */
export interface ProviderCall {
  readonly fetch: ProtocolFetch;
  readonly signal: AbortSignal;
}

/** A call by the session's own client, from whose responses the session reads its verdict. */
export const providerCall = ({ http, signal }: ContractCall): ProviderCall => ({
  signal,
  fetch: (url, { body = null, ...init }) => http(url, { body, ...init, throwHttpErrors: false }),
});
