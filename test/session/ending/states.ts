import { ada, freshness, inState, lifetime, outcome, type AppSession, type World } from './world.ts';

/** A session in a state, and the operation that is in progress there. */
export interface Situation {
  readonly session: AppSession;
  /** The outcome of the call that led to this state, if the call is still in progress. */
  readonly call?: Promise<unknown>;
  /** Lets the operation finish: the server responds, the lock is released, or the store responds. */
  readonly release?: () => void;
}

export interface State {
  /** The name, for example `refreshing.requesting`. */
  readonly name: string;
  /** Whether requests wait in this state. */
  readonly holds?: boolean;
  /** Whether the session has tokens that the server could revoke. */
  readonly hasTokens?: boolean;
  readonly reach: (world: World) => Promise<Situation>;
}

async function signedIn(world: World, proactive = true): Promise<AppSession> {
  const session = world.start({ refresh: { proactive } });
  await session.login(ada);
  return session;
}

/** The access token has expired, and no refresh has started. */
async function overdue(world: World): Promise<AppSession> {
  const session = await signedIn(world, false);
  await world.clock.advance(lifetime);
  return session;
}

async function expired(world: World): Promise<AppSession> {
  const session = await overdue(world);
  world.server.expireRefreshTokens();
  await outcome(session.refresh());
  return session;
}

async function signingIn(world: World, session: AppSession): Promise<Situation> {
  const dam = world.dam('login');
  const call = outcome(session.login(ada));
  await dam.reached;
  return { session, call, release: dam.open };
}

/** Every state of the chart, with the steps that lead to it. */
export const states: readonly State[] = [
  {
    name: 'anonymous.restoring.reading',
    holds: true,
    hasTokens: true,
    async reach(world) {
      (await signedIn(world)).dispose();
      const release = world.store.close('read');
      return { session: world.start(), release };
    },
  },
  { name: 'anonymous.idle', reach: (world) => Promise.resolve({ session: world.start() }) },
  { name: 'anonymous.signingIn', reach: (world) => signingIn(world, world.start()) },
  {
    name: 'authenticated.fresh',
    hasTokens: true,
    reach: async (world) => ({ session: await signedIn(world) }),
  },
  {
    name: 'authenticated.due.ready',
    hasTokens: true,
    reach: async (world) => ({ session: await overdue(world) }),
  },
  {
    name: 'authenticated.due.deferred',
    hasTokens: true,
    async reach(world) {
      const session = await signedIn(world);
      world.server.intercept('refresh', () => new Response(null, { status: 503 }));
      await world.clock.advance(freshness);
      await inState(session, 'authenticated.due.deferred');
      return { session };
    },
  },
  {
    name: 'refreshing.acquiring',
    holds: true,
    hasTokens: true,
    async reach(world) {
      const session = await overdue(world);
      const release = world.lock.hold();
      return { session, call: outcome(session.refresh()), release };
    },
  },
  {
    name: 'refreshing.requesting',
    holds: true,
    hasTokens: true,
    async reach(world) {
      const session = await overdue(world);
      const dam = world.dam('refresh');
      const call = outcome(session.refresh());
      await dam.reached;
      return { session, call, release: dam.open };
    },
  },
  {
    name: 'refreshing.backingOff',
    holds: true,
    hasTokens: true,
    async reach(world) {
      const session = await overdue(world);
      world.server.intercept('refresh', () => new Response(null, { status: 503 }));
      const call = outcome(session.refresh());
      await inState(session, 'refreshing.backingOff');
      return { session, call };
    },
  },
  {
    name: 'refreshing.offline',
    holds: true,
    hasTokens: true,
    async reach(world) {
      const session = await overdue(world);
      world.signals.setOnline(false);
      world.server.intercept('refresh', (_request, next) =>
        world.signals.isOnline() ? next() : Response.error(),
      );
      const call = outcome(session.refresh());
      await inState(session, 'refreshing.offline');
      return { session, call, release: () => world.signals.setOnline(true) };
    },
  },
  { name: 'expired.idle', reach: async (world) => ({ session: await expired(world) }) },
  { name: 'expired.signingIn', reach: async (world) => signingIn(world, await expired(world)) },
  {
    name: 'loggedOut.idle',
    async reach(world) {
      const session = await signedIn(world);
      await session.logout();
      return { session };
    },
  },
  {
    name: 'loggedOut.revoking',
    async reach(world) {
      const session = await signedIn(world);
      const dam = world.dam('logout');
      void session.logout();
      await dam.reached;
      return { session, release: dam.open };
    },
  },
  {
    name: 'loggedOut.backingOff',
    async reach(world) {
      const session = await signedIn(world);
      world.server.intercept('logout', () => new Response(null, { status: 503 }), { times: 1 });
      await session.logout();
      return { session };
    },
  },
];
