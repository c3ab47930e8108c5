import type { ProtocolRequest } from './providerCall.ts';

/** Observes the protocol of a provider. */
export interface ProtocolObserver {
  /** The user is sent to the provider: to sign in, or to sign out. */
  redirected(this: void, url: string): void;
  /** The provider has responded to a sign-in, which `outcome` completes. */
  returned(this: void, response: URLSearchParams, outcome: Promise<unknown>): void;
  /** Sends a request to the provider with `send`. */
  exchange<Init extends ProtocolRequest>(
    this: void,
    url: string,
    init: Init,
    send: (url: string, init: Init) => Promise<Response>,
  ): Promise<Response>;
  /** A request to an API carries a proof (RFC 9449, section 7.1). */
  proved(this: void, request: Request): void;
  /** An API has responded. A challenge asks for a nonce (RFC 9449, section 9): the request is sent once more. */
  answered(this: void, response: Response, url: string, isChallenge: boolean): void;
}

/** The place where `sessionchart/observe` attaches its observer to a provider. */
export interface ProtocolSlot {
  observer: ProtocolObserver | null;
}

/** The name of the slot in the result of `oauth()`: the same one in each copy of this package. */
export const protocolSlot: unique symbol = /* @__PURE__ */ Symbol.for('sessionchart.protocol');
