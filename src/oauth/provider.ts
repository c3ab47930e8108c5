import * as protocol from 'oauth4webapi';
import { untilAborted } from '../platform/abort.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { VerdictError } from '../server/verdict.ts';
import { inTime } from './inTime.ts';
import type { OAuthSettings } from './oauthOptions.ts';
import type { ProtocolFetch } from './providerCall.ts';
import { readError } from './readError.ts';

/** A provider, as the protocol library describes it. */
export interface Provider {
  /** The metadata of the authorization server (RFC 8414). Discovered once; a failed discovery is repeated by the next call. */
  metadata(this: void, signal: AbortSignal): Promise<protocol.AuthorizationServer>;
  /** This client, with the current difference between the clocks. */
  readonly client: protocol.Client;
  /** Options of a request that `fetch` sends. */
  send(this: void, fetch: ProtocolFetch, signal: AbortSignal): RequestOptions;
  /** Learns the provider's time from a response. */
  observe(this: void, response: Response): void;
}

/** The options that all requests of the protocol library have. */
export interface RequestOptions {
  readonly signal: AbortSignal;
  readonly [protocol.allowInsecureRequests]: boolean;
  readonly [protocol.customFetch]: ProtocolFetch;
}

/** How long the discovery may take, in milliseconds. The next call repeats it. */
const longestDiscovery = 10_000;

/** A smaller difference may be the duration of the response, in seconds. */
const leastSkew = 3;

export function createProvider(
  {
    issuer,
    clientId,
    endpoints,
    fetch,
    slot,
  }: Pick<OAuthSettings, 'issuer' | 'clientId' | 'endpoints' | 'fetch' | 'slot'>,
  clock: Clock = systemClock,
): Provider {
  const address = new URL(issuer);
  const isInsecure = address.protocol === 'http:';
  let found: Promise<protocol.AuthorizationServer> | null = null;
  let skew = 0;
  const client: protocol.Client = {
    client_id: clientId,
    // Read with each check, since the clock of a device may be set while the session is open.
    get [protocol.clockSkew]() {
      return skew;
    },
  };

  function observe(response: Response): void {
    const date = Date.parse(response.headers.get('date') ?? '');
    const difference = Math.round((date - Date.now()) / 1000);
    if (!Number.isNaN(difference)) skew = Math.abs(difference) < leastSkew ? 0 : difference;
  }

  const observed =
    (send: ProtocolFetch): ProtocolFetch =>
    (url, init) =>
      slot.observer?.exchange(url, init, send) ?? send(url, init);

  async function discover(
    algorithm: 'oidc' | 'oauth2',
    signal: AbortSignal,
  ): Promise<protocol.AuthorizationServer> {
    const response = await protocol.discoveryRequest(address, {
      algorithm,
      signal,
      [protocol.customFetch]: observed(fetch),
      [protocol.allowInsecureRequests]: isInsecure,
    });
    observe(response);
    if (response.status === 429 || response.status >= 500) throw new VerdictError('unavailable');
    // A server without OpenID Connect publishes its metadata at the address of RFC 8414.
    if (response.status === 404 && algorithm === 'oidc') return discover('oauth2', signal);
    return protocol.processDiscoveryResponse(address, response);
  }

  /** All calls share it. */
  const discoverOnce = () => inTime({ clock, limit: longestDiscovery }, (signal) => discover('oidc', signal));

  return {
    metadata(signal) {
      found ??= (endpoints === undefined ? discoverOnce() : Promise.resolve({ issuer, ...endpoints })).catch(
        (error: unknown) => {
          found = null;
          throw readError(error);
        },
      );
      return untilAborted(found, signal);
    },
    client,
    send: (fetch, signal) => ({
      signal,
      [protocol.allowInsecureRequests]: isInsecure,
      [protocol.customFetch]: observed(fetch),
    }),
    observe,
  };
}
