import { isSessionError } from '../../src/index.ts';
import type { Asked } from '../oracle/requests.ts';
import { refreshTimeout } from '../oracle/tokens.ts';
import { holdTimeout, type Client } from './client.ts';
import type { Credentials } from './contract.ts';
import type { Setup } from './plan.ts';
import { canary, type UserName } from './server.ts';
import type { World } from './world.ts';

/** What programs and users do with a session. Each call is told to the oracle, and so is its outcome. */
export function createCalls(world: World) {
  const { oracle, setup, scheduler } = world;
  let calls = 0;

  const isSynchronous = setup.place === 'memory' || setup.place === 'tabs' || setup.place === 'cookies';
  const forStore = isSynchronous ? 3_000 : 3_000 + 3 * refreshTimeout;
  const forUser =
    (setup.whileExpired || 0) + (setup.whileStepUp || 0) + (setup.hasLimits ? 2 * refreshTimeout : 0);

  /** The longest time that a call of this kind may wait without a request on its way. */
  const limits: Readonly<Record<string, number>> = {
    request: holdTimeout + forUser + forStore,
    login: 2 * holdTimeout + forStore,
    logout: 2 * refreshTimeout + forStore,
    refresh: 2 * holdTimeout + forUser + forStore,
    accessToken: 2 * holdTimeout + forUser + forStore,
    adopt: forStore,
    updateUser: holdTimeout + forStore,
  };

  function begin(client: Client, what: string): Asked {
    const view = client.session.getSnapshot();
    const asked: Asked = {
      id: (calls += 1),
      what,
      tab: client.tab,
      user: view.isSignedIn || view.status === 'expired' ? (view.user?.id ?? null) : null,
      sessionId: client.session.actor.getSnapshot().context.sessionId,
      calledAt: scheduler.now(),
      limit: limits[what] ?? Infinity,
      mayWait: what === 'request' && isSynchronous ? () => mayWait(client, setup) : () => true,
      waitingSince: client.tab.awake(),
      sends: 0,
      refused: null,
      executions: 0,
      abortedAt: null,
      outcome: null,
    };
    world.note(client.tab, `${client.name} calls ${what} ${asked.id}`);
    oracle.requests.began(asked);
    return asked;
  }

  function end(client: Client, asked: Asked, promise: Promise<number | string>): Promise<number | string> {
    return promise.then(
      (outcome) => {
        if (client.tab.isAlive()) oracle.settled(asked, outcome);
        return outcome;
      },
      (error: unknown) => {
        if (client.tab.isAlive()) oracle.settled(asked, codeOf(error), error);
        return codeOf(error);
      },
    );
  }

  /** Calls a method of the session, and tells the oracle when the promise settles. */
  function call(client: Client, what: string, start: () => Promise<unknown>): void {
    const asked = begin(client, what);
    void end(
      client,
      asked,
      start().then(() => 'done'),
    );
  }

  return {
    request(client: Client, usesKy: boolean): Promise<number | string> {
      const { session } = client;
      const asked = begin(client, 'request');
      const controller = new AbortController();
      const { signal } = controller;
      client.aborts.push(controller);
      signal.addEventListener('abort', () => {
        asked.abortedAt = scheduler.now();
      });
      const sent = usesKy
        ? session.api.post(`api/${asked.id}`, { signal, throwHttpErrors: false })
        : session.fetch(`/api/${asked.id}`, { method: 'POST', body: 'x', signal });
      const outcome = Promise.resolve(sent).then((response) => {
        void response.body?.cancel().catch(() => undefined);
        return response.status;
      });
      return end(client, asked, outcome).finally(() => {
        client.aborts.splice(client.aborts.indexOf(controller), 1);
      });
    },
    login(client: Client, user: UserName): void {
      const { session } = client;
      const credentials: Credentials = session.getSnapshot().isChallenged
        ? { code: user === 'ada' ? '123' : '000' }
        : { user, password: `${canary}-password` };
      const controller = new AbortController();
      client.aborts.push(controller);
      const done = oracle.adopting(client);
      call(client, 'login', () =>
        session.login(credentials, { signal: controller.signal }).finally(() => {
          done();
          client.aborts.splice(client.aborts.indexOf(controller), 1);
        }),
      );
    },
    logout(client: Client): void {
      oracle.signedOut(client);
      call(client, 'logout', () => client.session.logout());
    },
    refresh(client: Client): void {
      const done = oracle.tokens.asked(client.tab);
      call(client, 'refresh', () => client.session.refresh().finally(done));
    },
    accessToken: (client: Client): void => call(client, 'accessToken', () => client.session.accessToken()),
    adopt(client: Client, user: UserName): void {
      const { body, cookie } = world.server.issue(user);
      if (cookie !== undefined) world.network.jar.cookie = cookie;
      const done = oracle.adopting(client);
      call(client, 'adopt', () =>
        client.session.adopt(JSON.parse(body) as { accessToken: string }).finally(done),
      );
    },
    updateUser: (client: Client, name: string): void =>
      call(client, 'updateUser', () => client.session.updateUser((user) => ({ id: user?.id ?? '', name }))),
  };
}

export type Calls = ReturnType<typeof createCalls>;

function codeOf(error: unknown): string {
  if (isSessionError(error)) return String(error.code);
  return error instanceof Error ? error.name : String(error);
}

/** Whether something is under way for which a request waits: a refresh, a restore, or a sign-in of the user. */
function mayWait({ session }: Client, { whileExpired, whileStepUp, hasLimits }: Setup): boolean {
  const snapshot = session.actor.getSnapshot();
  if (snapshot.hasTag('hold') || hasLimits) return true;
  if (snapshot.hasTag('refuse')) return whileExpired !== false;
  return whileStepUp !== false && snapshot.context.stepUp !== null;
}
