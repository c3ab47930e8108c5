import type { Hooks, KyInstance } from 'ky';
import type { InteropObservable, Observer } from 'xstate';
import type { SessionEmitted } from '../../machines/index.ts';
import type { Grant } from '../server/contract.ts';
import type { TokenResponse } from '../server/tokenResponse.ts';
import type { Clock } from '../platform/clock.ts';
import type { Awaitable } from '../platform/thenable.ts';
import type { HistoryEntry } from './history.ts';
import type { limitsSlot, LimitsSlot } from './limitsSlot.ts';
import type { ObserverSlot, observerSlot } from '../server/requestObserver.ts';
import type { SessionFetch } from '../requests/sessionFetch.ts';
import type { SessionView } from './view.ts';
import type { Subscription, ViewListener } from './views.ts';
import type { SessionActor } from './sessionActor.ts';

/** Returns the changed user. A method, so that a session of known users is assignable to one of unknown users. */
export type UserChange<User> = { change(user: User | null): User }['change'];

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
   * The hooks of `api`, for your own ky instance. There, a logout ends ky's pause before a retry at once only for calls
   * with a `signal` option. Other calls are rejected after the pause.
   */
  readonly hooks: Hooks;
  /** `fetch` with the session, for clients that accept one. Relative URLs resolve against `baseUrl`. */
  readonly fetch: SessionFetch;
  /** Used by `observeRequests` of `sessionchart/observe`. */
  readonly [observerSlot]: ObserverSlot;
  /** Used by `limitSession` of `sessionchart/limits`. */
  readonly [limitsSlot]: LimitsSlot;
  /** The session's clock: `environment.clock`. */
  readonly clock: Clock;
  /**
   * Signs in.
   *
   * @param credentials - passed only to the contract's `login`
   * @returns the user, or `null` if the server does not name one
   * @throws {LoginFailedError} the server refused, or did not respond within `login.timeout`; see `status` and `serverCode`
   * @throws {LoginChallengeError} the server asks for a second step: call `login()` again with its credentials
   * @throws {MalformedGrantError} the contract's `login` returned an invalid grant
   * @throws {AlreadyAuthenticatedError} a session is open: log out first. Not while `view.stepUp` is set, see below
   * @throws {InvalidOptionError} the contract has no `login`, or `signal` is not an `AbortSignal`
   * @throws the reason of `signal`, as soon as it is aborted; signals of another realm or a polyfill work too
   * @throws {IdentityChangedError} another `login()` or `adopt()` replaced this one
   * @throws {LoggedOutError} a logout replaced it
   *
   * While the server asks for a stronger sign-in (`view.stepUp`), the user who is signed in can sign in again: the session
   * continues with the new tokens, requests that waited for it are sent, and `remember` stays as it was chosen. If the
   * sign-in fails, or if another user signs in (`verdict: 'subjectMismatch'`), the session stays as it was.
   *
   * With `remember: false`, the session ends when the browser is closed; needs a store from `rememberMe`. Default is `true`.
   *
   * @example
   * ```ts
   * const user = await session.login({ email: 'ada@example.com', password });
   * ```
   */
  login(
    this: void,
    credentials: Credentials,
    options?: { signal?: AbortSignal; remember?: boolean },
  ): Promise<User | null>;
  /**
   * Gives up the second step of a sign-in (`view.isChallenged`), so that the next `login()` starts with the first one. Does
   * nothing while a call of `login()` is pending: abort that with its `signal`.
   */
  cancelLogin(this: void): void;
  /**
   * Starts or continues a session with tokens from elsewhere (a redirect, a native shell, another SDK). Resolves when they
   * are stored.
   *
   * With a promise, `view.isSigningIn` is `true` until it settles, unless a session is open. A sign-in in another tab meanwhile
   * changes nothing; after a sign-out meanwhile, the tokens are revoked.
   *
   * If `grant.user` is the user of the session (`isSameUser` of the contract), requests in flight go on, and `identity` stays.
   * An open session continues: without `refreshToken`, it keeps the current one, and tokens that it already has change nothing,
   * unless `expiresIn` is 0 (they have expired). After an expired session, for another user, or without a user in the grant, a
   * new session begins.
   *
   * @throws {MalformedGrantError} a field of the grant is not valid
   * @throws {LoggedOutError} the user has signed out while the grant was on its way
   * @throws the error of the promise
   *
   * @example
   * ```ts
   * await session.adopt(fetch('/token-of-shell').then((response) => response.json()));
   * ```
   */
  adopt(this: void, grant: Awaitable<Grant<User> | TokenResponse<User>>): Promise<void>;
  /**
   * Refreshes now, or joins the refresh in flight.
   *
   * @throws {RefreshUnavailableError} the refresh failed for now; the session stays
   * @throws {SessionExpiredError} the server refused the refresh token: the user must sign in again
   * @throws {NotAuthenticatedError} there is no session
   * @throws {LoggedOutError} the session was ended in the meantime
   * @throws {IdentityChangedError} another session replaced it in the meantime
   * @throws {HoldTimeoutError} it takes longer than `hold.timeout`
   * @throws {InvalidOptionError} the contract has no `refresh`
   */
  refresh(this: void): Promise<void>;
  /**
   * Changes the user of the session, for example after the user has edited the profile. The new user is shown at once, stored
   * and passed on to the other tabs, which emit `session.userUpdated` as well. Tokens and `identity` stay. Resolves when the
   * user is stored.
   *
   * @param change - the new user, or a function that returns one. The function gets the current user, and is called again if
   * another tab has changed the user at the same time. Return a new object.
   * @throws {InvalidOptionError} the new user is `null` or `undefined`, or is another user (`isSameUser` of the contract)
   * @throws {NotAuthenticatedError} no user is signed in
   * @throws {SessionExpiredError} the session has expired
   * @throws the error of `change`
   *
   * @example
   * ```ts
   * await session.updateUser((user) => ({ ...user, name: 'Ada Lovelace' }));
   * ```
   */
  updateUser(this: void, change: UserChange<User>): Promise<void>;
  updateUser(this: void, change: User): Promise<void>;
  /**
   * Signs out at once, and aborts requests in flight. Resolves when the server has answered the first call, or has not
   * answered it within `refresh.timeout`. Never rejects.
   *
   * The browser finishes the call even if your code leaves the page directly afterwards (`keepalive`). If the server cannot
   * be reached or answers 429 or 5xx, up to three more calls follow (RFC 7009, section 2.2.1). If it refuses, or cannot be
   * told, the session emits `session.logoutFailed`.
   *
   * @example
   * ```ts
   * session.on('session.logoutFailed', ({ status, code }) => console.warn('The tokens are still valid', status, code));
   * void session.logout();
   * location.assign('/');
   * ```
   */
  logout(this: void): Promise<void>;
  /**
   * Returns a valid access token, for a WebSocket or an EventSource. Waits for a refresh, as requests do.
   *
   * @throws the errors of a request with `auth: 'required'`
   * @throws {AccessTokenUnavailableError} the server keeps the token in a cookie
   */
  accessToken(this: void, options?: { signal?: AbortSignal }): Promise<string>;
  /**
   * Gives up the stronger sign-in that the server asked for (`hold.whileStepUp`): requests that wait for it get the server's
   * own response. Does nothing if none waits. A pending `login()` goes on: abort that with its `signal`.
   */
  cancelStepUp(this: void): void;
  /** Returns the current view: the same object until something in it changes. */
  getSnapshot(this: void): SessionView<User>;
  /**
   * Calls the listener at once with the current view, then after every change. `dispose()` calls an observer's `complete`;
   * its `error` is never called.
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
  /** Returns the last hundred transitions, oldest first. They show why a user was signed out, and contain no secret. */
  history(this: void): readonly HistoryEntry[];
  /**
   * Resolves when it is known whether a user is signed in: when the store has been read, or has not responded within
   * `refresh.timeout` or `hold.timeout`, whichever is shorter. With `silentSignIn`, it also waits for the server.
   */
  ready(this: void): Promise<void>;
  /** Refuses held requests, and stops sending and listening. The stored session stays. */
  dispose(this: void): void;
  [Symbol.dispose](): void;
}
