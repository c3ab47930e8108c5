/** The purpose of a request: a call of the API, or one of the contract's own calls. */
export type RequestPurpose = 'api' | 'login' | 'refresh' | 'logout';

/** The method and URL of a request. */
export type RequestAddress = Pick<Request, 'method' | 'url'>;

/** A request through all its attempts: always the same object. */
export interface ObservedRequest {
  readonly purpose: RequestPurpose;
  /** The number of attempts. */
  readonly attempts: number;
  /** `null` while it is unknown. */
  readonly address: RequestAddress | null;
}

/** Observes the requests of a session, and can respond in place of the server. */
export interface RequestObserver {
  /** A request waits for the session. */
  held(this: void, request: ObservedRequest): void;
  /** A request fails, or one attempt of it. */
  failed(this: void, request: ObservedRequest, error: unknown): void;
  /** Sends an attempt with `send`, or lets an interceptor answer it. */
  exchange(
    this: void,
    request: ObservedRequest,
    signal: AbortSignal,
    send: () => Promise<Response>,
  ): Promise<Response>;
}

/** The place where `sessionchart/observe` attaches its observer to a session. */
export interface ObserverSlot {
  observer: RequestObserver | null;
}

/** The name of the slot in a session: the same one in each copy of this package. */
export const observerSlot: unique symbol = /* @__PURE__ */ Symbol.for('sessionchart.observer');
