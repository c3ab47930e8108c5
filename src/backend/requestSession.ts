import { createSession } from '../createSession.ts';
import type { SessionOptions } from '../options.ts';
import { boundCopy } from '../platform/boundCopy.ts';
import { contractNames } from '../server/contractNames.ts';
import type { ServerContract } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import { memoryStore } from '../store/memoryStore.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { CookieAccess } from './cookies.ts';
import { disposeOnceTold } from './disposeOnceTold.ts';
import { createEnds } from './ends.ts';
import { createRecentRecords, type Save, type Sealed } from './sealedStore.ts';
import type { FoundCookie, SessionCookie } from './sessionCookie.ts';

/** The session of one request. It has no `login` and no `adopt`: a sign-in needs a new cookie. */
export type RequestSession<User = unknown> = Omit<Session<User, never>, 'login' | 'adopt' | 'cancelLogin'>;

/** Starts the sessions of requests. */
export interface RequestSessions<User, Credentials> {
  /** Starts the session of a request, without the store if the request has no cookie. */
  open(
    this: void,
    cookies: CookieAccess,
    found: FoundCookie<User> | null,
  ): Promise<Session<User, Credentials>>;
  /**
   * Starts the session of a name, and returns it once its store has been read.
   *
   * @param save - writes the cookie without a store, or `null` if the response can set none
   */
  start<Login>(
    this: void,
    sealed: Sealed<User>,
    save: Save<User> | null,
    server: ServerContract<User, Login>,
  ): Promise<Session<User, Login>>;
  /** Creates the function that writes the cookie of a session into a response. */
  saveIn(this: void, cookies: CookieAccess, name: string): Save<User>;
  /**
   * Signs a session out, for a response that sets or deletes the cookie itself.
   *
   * @param isRevoked - whether the server is told. Default is `true`
   */
  end(this: void, sealed: Sealed<User>, isRevoked?: boolean): Promise<void>;
}

export function createRequestSessions<User, Credentials>(
  options: Omit<SessionOptions<User, Credentials>, 'name'>,
  { write }: Pick<SessionCookie<User>, 'write'>,
): RequestSessions<User, Credentials> {
  const { store } = options;
  const recent = createRecentRecords<User>();
  const ends = createEnds();

  async function start<Login>(
    sealed: Sealed<User>,
    save: Save<User> | null,
    server: ServerContract<User, Login>,
  ): Promise<Session<User, Login>> {
    const session = createSession<User, Login>({
      ...options,
      name: sealed.name,
      store: store ?? recent.storeOf(sealed, save),
      // New tokens would be lost if the response cannot set them.
      server: store === undefined && save === null ? without('refresh', server) : server,
    });
    await session.ready();
    return session;
  }

  function saveIn(cookies: CookieAccess, name: string): Save<User> {
    const response = ends.responseOf(name);
    return (record) => {
      if (record === null || !isEnded(record)) return write(cookies, { name, record }, response.isCurrent);
      response.end();
      return write(cookies, null, response.isCurrent);
    };
  }

  return {
    async open(cookies, found) {
      if (found === null) return startEmpty(options);
      const save = cookies.set === undefined ? null : saveIn(cookies, found.name);
      const session = await start(found, save, options.server);
      const newer = store === undefined ? recent.newerThan(found) : null;
      const isDue = newer !== null || (found.isDue && session.getSnapshot().isSignedIn);
      if (isDue) await save?.(newer ?? found.record);
      return session;
    },
    start,
    saveIn,
    async end(sealed, isRevoked = true) {
      ends.responseOf(sealed.name).end();
      const server = isRevoked ? options.server : without('logout', options.server);
      const session = await start(sealed, () => Promise.resolve(), server);
      await session.logout();
      disposeOnceTold(session);
    },
  };
}

/** Starts the session of a request whose user has not signed in. It needs no name, as no other session shares its store. */
async function startEmpty<User, Credentials>(
  options: Omit<SessionOptions<User, Credentials>, 'name'>,
): Promise<Session<User, Credentials>> {
  const session = createSession({ ...options, store: memoryStore<User>() });
  await session.ready();
  return session;
}

/** The same contract without one of its functions. */
function without<User, Credentials>(
  name: 'logout' | 'refresh',
  server: ServerContract<User, Credentials>,
): ServerContract<User, Credentials> {
  const rest = boundCopy(server, contractNames);
  Reflect.deleteProperty(rest, name);
  return rest;
}
