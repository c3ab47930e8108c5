import type { ServerContract } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import type { ContendedStore, Obstacles } from './obstacles.ts';
import type { ManualClock } from './manualClock.ts';

import type { TestServer } from './server.ts';
import type { SessionLeaf } from './sessionState.ts';
import type { SignalsControl } from './signalsControl.ts';

/** A new session, and the controls of its environment. */
export interface Start<User, Credentials> {
  readonly session: Session<User, Credentials>;
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly signals: SignalsControl;
  readonly credentials: Credentials;
  readonly secondStep?: Credentials;
  readonly store: ContendedStore<User>;
  readonly storeName: string;
  readonly contract: ServerContract<User, Credentials>;
  readonly obstacles: Obstacles;
}

/** The code that the server requires in the states with `challenged`. */
export const requiredCode = '123456';

type Way = <User, Credentials>(start: Start<User, Credentials>) => void | Promise<void>;

/** How a session reaches each state, only by what applications, servers and networks do. */
export const ways: Readonly<Record<SessionLeaf, Way>> = {
  // The store's reads have been pending from the beginning.
  'anonymous.restoring.reading': () => undefined,
  // The store is empty, so the contract's `silentSignIn` calls the server at once.
  'anonymous.restoring.requesting': ({ obstacles, server }) => obstacles.holdNext(server, 'refresh'),
  'anonymous.restoring.backingOff': failNextRefresh,
  'anonymous.idle': ({ session }) => session.ready(),
  async 'anonymous.signingIn'(start) {
    await start.session.ready();
    startLogin(start);
  },
  async 'anonymous.challenged.idle'(start) {
    await start.session.ready();
    await takeFirstStep(start);
  },
  async 'anonymous.challenged.signingIn'(start) {
    await start.session.ready();
    await takeFirstStep(start);
    startSecondStep(start);
  },
  'authenticated.fresh': signIn,
  'authenticated.due.ready': holdExpiredToken,
  async 'authenticated.due.deferred'(start) {
    await signIn(start);
    failNextRefresh(start);
    // Only the refresh of a due token can be deferred. A timer or the call starts it.
    const { dueAt } = start.session.actor.getSnapshot().context;
    await start.clock.advance(Math.max(0, (dueAt ?? 0) - start.clock.now()));
    if (start.session.getSnapshot().error === null) await settled(start.session.refresh());
  },
  async 'refreshing.acquiring'(start) {
    await signIn(start);
    start.store.occupy();
    void settled(start.session.refresh());
  },
  async 'refreshing.requesting'(start) {
    await signIn(start);
    start.obstacles.holdNext(start.server, 'refresh');
    void settled(start.session.refresh());
  },
  async 'refreshing.backingOff'(start) {
    await holdExpiredToken(start);
    failNextRefresh(start);
    void settled(start.session.refresh());
  },
  async 'refreshing.offline'(start) {
    await holdExpiredToken(start);
    start.signals.setOnline(false);
    // An explicit refresh is tried even if the platform is offline, so the server must fail too.
    start.server.intercept('refresh', (_request, next) =>
      start.signals.isOnline() ? next() : Response.error(),
    );
    void settled(start.session.refresh());
  },
  'expired.idle': expire,
  async 'expired.signingIn'(start) {
    await expire(start);
    startLogin(start);
  },
  async 'expired.challenged.idle'(start) {
    await expire(start);
    await takeFirstStep(start);
  },
  async 'expired.challenged.signingIn'(start) {
    await expire(start);
    await takeFirstStep(start);
    startSecondStep(start);
  },
  async 'loggedOut.idle'(start) {
    await signIn(start);
    await start.session.logout();
  },
  // The contract's `logout` waits for the release, or fails the first time.
  'loggedOut.revoking': startLogout,
  'loggedOut.backingOff': startLogout,
};

async function signIn<User, Credentials>({ session, credentials }: Start<User, Credentials>): Promise<void> {
  await session.ready();
  // The caller's store may contain a session already.
  if (session.getSnapshot().status !== 'authenticated') await session.login(credentials);
}

function startLogin<User, Credentials>(start: Start<User, Credentials>): void {
  start.obstacles.holdNext(start.server, 'login');
  void settled(start.session.login(start.credentials));
}

async function startLogout<User, Credentials>(start: Start<User, Credentials>): Promise<void> {
  await signIn(start);
  void start.session.logout();
}

async function takeFirstStep<User, Credentials>(start: Start<User, Credentials>): Promise<void> {
  start.server.requireCode(requiredCode);
  await settled(start.session.login(start.credentials));
}

function startSecondStep<User, Credentials>({
  obstacles,
  secondStep,
  server,
  session,
}: Start<User, Credentials>): void {
  if (secondStep === undefined) throw new TypeError('Expected `secondStep` to be credentials, got undefined');
  obstacles.holdNext(server, 'login');
  void settled(session.login(secondStep));
}

/** Adopts the session's tokens again as expired ones, which also works if the server sends no lifetime. */
async function holdExpiredToken<User, Credentials>(start: Start<User, Credentials>): Promise<void> {
  await signIn(start);
  const found = await start.store.read(start.storeName);
  if (found === null || !('accessToken' in found)) throw new Error('The store has not kept the session');
  const { accessToken, refreshToken, user } = found;
  start.server.expireAccessTokens();
  await start.session.adopt({ accessToken, refreshToken, expiresIn: 0, user: user ?? undefined });
}

async function expire<User, Credentials>(start: Start<User, Credentials>): Promise<void> {
  if (start.contract.refresh === undefined) return holdExpiredToken(start);
  await signIn(start);
  start.server.expireRefreshTokens();
  await settled(start.session.refresh());
}

function failNextRefresh<User, Credentials>({ server }: Start<User, Credentials>): void {
  server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
}

/** Ignores the outcome of the call: the session's state shows it. */
async function settled(call: Promise<unknown>): Promise<void> {
  await call.catch(() => undefined);
}
