import { describe, expect, test } from 'vitest';
import { createSession, restContract } from '../../src/index.ts';
import { redisStore } from '../../src/redis/index.ts';
import { memoryAccounts } from '../../src/testing/index.ts';
import { outcomeOf } from '../outcomeOf.ts';
import { startServer } from '../referenceServer/server.ts';
import { clusters } from './clients.ts';
import { startCluster } from './cluster.ts';
import { hasRedis } from './server.ts';

interface User {
  readonly id: string;
}

const ada = { username: 'ada', password: 'lovelace' };

/** A cluster, a strict server, and the sessions of one user on a client of `redis` and on one of `ioredis`. */
async function openCluster() {
  const stack = new AsyncDisposableStack();
  const cluster = stack.use(await startCluster({ hasReplicas: true }));
  const server = stack.use(await startServer({ accounts: memoryAccounts({ accessTokenLifetime: 3_600 }) }));
  const place = await cluster.placeOf('sessionchart:{ada}');
  const [primary, replica] = [cluster.primaries[place], cluster.replicas[place]];
  const contacted = cluster.primaries[(place + 1) % 3];
  if (primary === undefined || replica === undefined || contacted === undefined)
    throw new Error('There are three primaries, each with a replica');
  const open = async (name: 'ioredis' | 'redis') => {
    const { client } = stack.adopt(await clusters[name](contacted.port), ({ close }) => close());
    return stack.use(
      createSession<User, typeof ada>({
        baseUrl: server.url,
        server: restContract<User, typeof ada>({ login: 'auth/login', refresh: 'auth/refresh' }),
        store: stack.use(redisStore<User>(client, { lease: 1_000 })),
        name: 'ada',
        refresh: { proactive: false, cooldown: 0 },
      }),
    );
  };
  const one = await open('redis');
  await one.login(ada);
  const sessions = [one, await open('ioredis')];
  await sessions[1]?.ready();
  return { sessions, server, primary, replica, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe.skipIf(!hasRedis)('A cluster', () => {
  test.each(['hands over to the replica', 'loses the primary'] as const)(
    'that %s during a refresh keeps the new tokens, and the user signed in',
    async (fault) => {
      await using world = await openCluster();
      const { sessions, server, primary, replica } = world;
      server.intercept(
        'refresh',
        async (_request, next) => {
          if (fault === 'loses the primary') await primary.kill();
          else await replica.untilReply('CLUSTER FAILOVER', '+OK');
          return next();
        },
        { times: 1 },
      );
      for (let generation = 1; generation <= 2; generation += 1) {
        server.expireAccessTokens();
        const requests = sessions.flatMap((session) => [session.fetch('/api/me'), session.fetch('/api/me')]);

        expect(await Promise.all(requests.map(outcomeOf))).toEqual([200, 200, 200, 200]);
        const refreshes = server.requests.filter(({ kind }) => kind === 'refresh');
        expect(refreshes.map(({ status }) => status)).toEqual(Array.from({ length: generation }, () => 200));
      }
      await replica.untilReply('ROLE', 'master');
      // Messages arrive again too.
      await sessions[0]?.logout();
      await expect.poll(() => sessions[1]?.getSnapshot().status).toBe('loggedOut');
    },
  );
});
