import type { Hooks, KyInstance } from 'ky';
import type { InteropObservable, Observer } from 'xstate';
import type { SessionEmitted } from '../../machines/index.ts';
import type { Grant } from '../server/contract.ts';
import type { Clock } from '../platform/clock.ts';
import type { HistoryEntry } from './history.ts';
import type { ObserverSlot, observerSlot } from '../server/requestObserver.ts';
import type { SessionFetch } from '../requests/sessionFetch.ts';
import type { Peers } from './roster.ts';
import type { SessionView } from './view.ts';
import type { Subscription, ViewListener } from './views.ts';
import type { SessionActor } from './world.ts';

/**
 * A user's session: the user who is signed in, and a way to send requests as that user. It is a Svelte store and an
 * observable for RxJS.
 */
export interface Session<User = unknown, Credentials = unknown> extends InteropObservable<SessionView<User>> {
  /** The running machine, for XState's own tools: `subscribe`, `getSnapshot`, `on`. */
  readonly actor: SessionActor;
  /** A ky instance with the session's hooks: requests are held, sent with the access token, and replayed. */
  readonly api: KyInstance;
  /**
   * The hooks of `api`, for a ky instance of your own. There a logout ends ky's pause before a retry at once only for
   * a call with a `signal` option; without one, the call is refused when the pause is over.
   */
  readonly hooks: Hooks;
  /** `fetch` with the session, for clients that accept one. Relative URLs resolve against `baseUrl`. */
  readonly fetch: SessionFetch;
  /** Where `observeRequests` of `sessionchart/observe` attaches. */
  readonly [observerSlot]: ObserverSlot;
  /** The other sessions on the same store: usually other tabs. For devtools. */
  readonly peers: Peers;
  /** The session's clock: `environment.clock`. */
  readonly clock: Clock;
  /**
   * Signs in.
   *
   * @param credentials - passed to the contract's `login`, and to nothing else
   * @returns the user, where the server named one
   * @throws {LoginFailedError} the server refused, or did not answer within `login.timeout`; see `status` and `serverCode`
   * @throws {MalformedGrantError} the contract's `login` returned no grant
   * @throws {AlreadyAuthenticatedError} a session is open: log out first
   * @throws {InvalidOptionError} the contract has no `login`, or `signal` is no `AbortSignal`
   * @throws the reason of `signal`, as soon as it is aborted; one of another realm or a polyfill works as well
   * @throws {IdentityChangedError} another login, or an adopt, overtook this one
   * @throws {LoggedOutError} a logout overtook it
   *
   * @example
   * ```ts
   * const user = await session.login({ email: 'ada@example.com', password });
   * ```
   */
  login(this: void, credentials: Credentials, options?: { signal?: AbortSignal }): Promise<User | null>;
  /**
   * Takes tokens from elsewhere (a redirect, a native shell, another SDK). Resolves when they are stored.
   *
   * Where `grant.user` is the user of the session (`isSameUser` of the contract), also of one that has expired, the
   * session goes on with them: requests in flight continue, and `identity` stays. Without `refreshToken` it keeps the
   * one in use. Tokens that the session has already change nothing, unless `expiresIn: 0` says that they have expired.
   * For another user, or one whom the grant does not name, a new session takes the place of the one before.
   *
   * @throws {MalformedGrantError} names the field that is not what it should be
   */
  adopt(this: void, grant: Grant<User>): Promise<void>;
  /**
   * Refreshes now, or joins the refresh in flight.
   *
   * @throws {RefreshUnavailableError} the refresh failed for now; the session stays
   * @throws {SessionExpiredError} the refresh was refused: the user must sign in again
   * @throws {NotAuthenticatedError} there is no session
   * @throws {LoggedOutError} the session was ended in the meantime
   * @throws {IdentityChangedError} another session replaced it in the meantime
   * @throws {HoldTimeoutError} it takes longer than `hold.timeout`
   * @throws {InvalidOptionError} the contract has no `refresh`
   */
  refresh(this: void): Promise<void>;
  /**
   * Signs out at once, and aborts requests in flight. Resolves when the server has been told, or has not responded within
   * `refresh.timeout`. Never rejects.
   */
  logout(this: void): Promise<void>;
  /**
   * Returns a valid access token, for a WebSocket or an EventSource. Waits for a refresh, as requests do.
   *
   * @throws the errors of a request with `auth: 'required'`
   * @throws {AccessTokenUnavailableError} the server keeps the token in a cookie
   */
  accessToken(this: void, options?: { signal?: AbortSignal }): Promise<string>;
  /** Returns the current view: the same object until something in it changes. */
  getSnapshot(this: void): SessionView<User>;
  /**
   * Calls the listener at once with the current view, and then after every change. An
   * observer's `complete` is called by `dispose()`; its `error` never is.
   *
   * @returns an unsubscribe function
   *
   * @example
   * ```ts
   * const stop = session.subscribe(({ status, user }) => console.log(status, user));
   * stop();
   * ```
   */
  subscribe(this: void, listener: ViewListener<User> | Observer<SessionView<User>>): Subscription;
  /**
   * Listens to one event, or to all (`'*'`): `session.expired`, `session.stepUpRequired`, `store.failed` and others.
   *
   * @returns an unsubscribe function
   */
  on<Type extends SessionEmitted['type'] | '*'>(
    this: void,
    type: Type,
    listener: (event: SessionEmitted & (Type extends '*' ? unknown : { type: Type })) => void,
  ): () => void;
  /** Returns the last hundred transitions, oldest first: they say why a user was signed out. They hold no secret. */
  history(this: void): readonly HistoryEntry[];
  /**
   * Resolves when the store has been read, or has not responded within `refresh.timeout` or `hold.timeout`, whichever is
   * shorter.
   */
  ready(this: void): Promise<void>;
  /** Refuses held requests, and stops sending and listening. The stored session stays. */
  dispose(this: void): void;
  [Symbol.dispose](): void;
}
