import { setTimeout as delay } from 'node:timers/promises';
import { createSession, memoryStore, type SessionStore } from '../../src/index.ts';
import { startServer } from '../../test/referenceServer/server.ts';
import type { Outcome, Server, Stage } from './servers.ts';

export const calls = 20;

/** The lifetime of the first access token, in milliseconds. */
const lifetime = 700;

/** The pause between two refreshes, in milliseconds: the minimum, to keep the demo short. */
const cooldown = 250;

/** Counts while the access token expired. All are the server's, except `answered`. */
export interface Figures {
  /** Calls with the correct response. */
  readonly answered: number;
  /** Requests that reached the API. */
  readonly requests: number;
  /** Requests with the response 401 or 403. */
  readonly refused: number;
  readonly refreshes: number;
  /** Requests that were sent again. */
  readonly replays: number;
}

export interface Result {
  readonly figures: Figures;
  readonly outcome: Outcome;
}

/** Signs in, sends calls while the token expires, and ends the session. */
export async function run(
  { dialect, contract, lastAct, end }: Server,
  say: (line: string) => void,
): Promise<Result> {
  await using server = await startServer({ dialect });
  const store = memoryStore();
  using session = createSession({ baseUrl: server.url, server: contract, store, refresh: { cooldown } });

  say(`signing in at ${server.url}${server.endpoints.login}`);
  server.setLifetimes({ accessTokenLifetime: lifetime / 1000 });
  await session.login({ username: 'ada', password: 'lovelace' });
  const stage: Stage = { server, session, firstRefreshToken: (await refreshTokenIn(store)) ?? '' };

  say(`sending ${calls} calls at once while the access token expires`);
  const figures = await callAcrossExpiry(stage);

  say(`ending the session: ${lastAct}`);
  await delay(cooldown);
  await end(stage);
  const { reason } = session.getSnapshot();
  return {
    figures,
    outcome: {
      states: statesOf(stage),
      because: reason?.type ?? null,
      code: reason?.code ?? null,
      areTokensWiped: (await refreshTokenIn(store)) === null,
    },
  };
}

async function callAcrossExpiry({ server, session }: Stage): Promise<Figures> {
  server.setLifetimes({ accessTokenLifetime: 60 });
  const expiry = delay(lifetime);
  server.intercept(
    'api',
    async (_request, next) => {
      await expiry;
      return next();
    },
    { times: calls },
  );
  const answers = await Promise.allSettled(
    Array.from({ length: calls }, (_, n) => session.api.get(`api/items/${n}`).json<{ n: number }>()),
  );
  const { api: requests, refresh: refreshes, refused } = server.counts();
  const paths = server.requests.filter(({ kind }) => kind === 'api').map(({ path }) => path);
  return {
    answered: answers.filter((answer, n) => answer.status === 'fulfilled' && answer.value.n === n).length,
    requests,
    refused,
    refreshes,
    replays: paths.length - new Set(paths).size,
  };
}

async function refreshTokenIn(store: SessionStore): Promise<string | null> {
  const record = await store.read('session');
  return record !== null && 'refreshToken' in record ? record.refreshToken : null;
}

/** The top-level states from the session's history. */
function statesOf({ session }: Stage): readonly string[] {
  const states = session.history().map(({ to }) => to.replace(/\..*/, ''));
  return states.filter((state, index) => state !== states[index - 1]);
}
