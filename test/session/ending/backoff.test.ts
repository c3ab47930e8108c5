import { setImmediate } from 'node:timers/promises';
import ky, { type Options } from 'ky';
import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { brief, watch } from '../../requests/steps.ts';
import { holdTimersOfKy } from '../../requests/timersOfKy.ts';
import { ada, openWorld, outcome, type AppSession, type World } from './world.ts';

type Send = (world: World, session: AppSession, options: Options) => Promise<Response>;

interface Client {
  readonly client: string;
  readonly send: Send;
}

const plain: Client = {
  client: 'session.api',
  send: (_, session, options) => session.api.get('api/me', options),
};

const clients: readonly Client[] = [
  plain,
  {
    client: 'session.api with a signal',
    send: (_, session, options) =>
      session.api('api/me', { signal: new AbortController().signal, ...options }),
  },
  {
    client: 'session.api with a Request',
    send: ({ server }, session, options) => session.api(new Request(`${server.url}/api/me`), options),
  },
  {
    client: 'session.api.extend',
    send: (_, session, options) => session.api.extend({ retry: 1 }).extend(() => options)('api/me'),
  },
  {
    client: 'a ky of the program’s own with a signal',
    send: ({ server }, session, options) =>
      ky
        .create({ baseUrl: server.url, hooks: session.hooks })
        .get('api/me', { signal: new AbortController().signal, ...options }),
  },
];

const endings = [
  { end: 'a logout', code: 'ERR_LOGGED_OUT', run: (session: AppSession) => void session.logout() },
  {
    end: 'another user',
    code: 'ERR_IDENTITY_CHANGED',
    run: (session: AppSession) =>
      session.adopt({ accessToken: 'of-another', user: { username: 'grace' }, expiresIn: 60 }),
  },
  { end: 'dispose()', code: 'ERR_SESSION_DISPOSED', run: (session: AppSession) => session.dispose() },
] as const;

const retryInAMinute = () => new Response(null, { status: 503, headers: { 'retry-after': '60' } });

interface Failure {
  readonly after: string;
  readonly answer: () => Response;
}

const refused: Failure = { after: 'an answer', answer: () => new Response(null, { status: 503 }) };

const failures: readonly Failure[] = [
  { after: 'Retry-After', answer: retryInAMinute },
  { after: 'a failed network', answer: () => Response.error() },
];

const cases = [
  ...clients.flatMap((client) => endings.map((ending) => ({ ...client, ...ending, ...refused }))),
  ...failures.flatMap((failure) => endings.map((end) => ({ ...plain, ...end, ...failure }))),
];

const inputs = [
  ['as an option', (url: string, signal: AbortSignal) => [url, { signal }] as const],
  ['in a Request', (url: string, signal: AbortSignal) => [new Request(url, { signal }), {}] as const],
] as const;

const formats = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

/** Sends a request whose first attempt fails, so that ky pauses. ky's timers stand still. */
async function pause(
  world: World,
  {
    send = plain.send,
    answer = refused.answer,
    options = {},
  }: { send?: Send; answer?: () => Response; options?: Options } = {},
) {
  const session = world.start({ refresh: { proactive: false } });
  await session.login(ada);
  const { steps } = watch(session, 'api');
  const timers = holdTimersOfKy();
  const failed = createGate();
  world.server.intercept('api', answer, { times: 1 });
  const shouldRetry = () => {
    failed.open();
    return undefined;
  };
  const result = outcome(
    Promise.resolve(send(world, session, { retry: { limit: 2, shouldRetry }, ...options })),
  );
  await failed.opened;
  await setImmediate();
  return { session, steps, timers, result };
}

describe('While ky pauses before a retry', () => {
  test.each(cases)(
    '$end ends the request of $client at once, after $after',
    async ({ send, code, run, answer }) => {
      await using world = await openWorld();
      const { session, steps, timers, result } = await pause(world, { send, answer });
      await run(session);

      expect(await result).toMatchObject({ code });
      await outcome(session.login(ada));
      await timers.advance(60_000);
      expect(world.asked('/api/me')).toBe(1);
      expect(steps.map(brief).filter((step) => step.includes('failed api 1 ERR_'))).toEqual([
        `failed api 1 ${code}`,
      ]);
    },
  );

  test.each([
    [
      'newer tokens of the same user',
      (session: AppSession) => session.adopt({ accessToken: 'newer', user: { username: 'ada' } }),
    ],
    ['a refresh', (session: AppSession) => session.refresh()],
  ] as const)('%s do not end it, and the retry comes when it is due', async (_, run) => {
    await using world = await openWorld();
    const { session, steps, timers, result } = await pause(world, { answer: retryInAMinute });
    await run(session);
    await timers.advance(59_000);
    expect(steps.map(brief)).toEqual(['sent api 1', 'answered api 1 503']);
    await timers.advance(1_000);
    await timers.until(() => steps.length > 2);

    expect(brief(steps[2] ?? expect.fail())).toBe('sent api 2');
    session.dispose();
    await result;
  });

  test('a logout does not end a request that is sent without a token', async () => {
    await using world = await openWorld();
    const { session, timers, result } = await pause(world, {
      send: (_, own, options) => own.api('api/public', { ...options, context: { auth: 'none' } }),
      answer: retryInAMinute,
    });
    await session.logout();
    await timers.advance(60_000);

    expect(await result).toMatchObject({ status: 200 });
  });

  test('a logout ends the reading of its body, in each format', async () => {
    await using world = await openWorld();
    const ends: Promise<unknown>[] = [];
    const { session, timers } = await pause(world, {
      send: (_, { api }, options) => {
        const answer = api('api/me', options);
        for (const format of formats) ends.push(outcome(answer[format]()));
        return answer;
      },
    });
    await session.logout();

    expect(await Promise.all(ends)).toMatchObject(formats.map(() => ({ code: 'ERR_LOGGED_OUT' })));
    // ky ends its own call later, which must not become an unhandled rejection.
    await timers.advance(60_000);
    await setImmediate();
  });

  test('a logout does not end a request without a token whose hooks before the session’s are not done', async () => {
    const hook = { reached: createGate(), released: createGate() };
    const beforeRequest = async ({ request }: { request: Request }) => {
      if (!request.url.endsWith('/api/public')) return;
      hook.reached.open();
      await hook.released.opened;
    };
    await using world = await openWorld({ ky: { hooks: { beforeRequest: [beforeRequest] } } });
    const session = world.start();
    await session.login(ada);
    const result = session.api('api/public', { context: { auth: 'none' } });
    await hook.reached.opened;
    await session.logout();
    hook.released.open();

    expect((await result).status).toBe(200);
  });

  test.each(inputs)('the caller’s own signal still ends it, given %s', async (_, inputOf) => {
    await using world = await openWorld();
    const controller = new AbortController();
    const { result } = await pause(world, {
      send: ({ server }, { api }, options) => {
        const [input, more] = inputOf(`${server.url}/api/me`, controller.signal);
        return api(input, { ...options, ...more });
      },
      answer: retryInAMinute,
    });
    const reason = new Error('Left');
    controller.abort(reason);

    expect(await result).toBe(reason);
  });

  test.each(inputs)(
    'in your own ky instance, the caller’s signal still ends it, given %s',
    async (_, inputOf) => {
      await using world = await openWorld();
      const controller = new AbortController();
      const { result } = await pause(world, {
        send: ({ server }, { hooks }, options) => {
          const [input, more] = inputOf(`${server.url}/api/me`, controller.signal);
          return ky.create({ hooks })(input, { ...options, ...more });
        },
      });
      const reason = new Error('Left');
      controller.abort(reason);

      expect(await result).toBe(reason);
    },
  );

  test('`totalTimeout` still ends it', async () => {
    await using world = await openWorld();
    const { timers, result } = await pause(world, {
      send: (_, { api }, options) => api('api/me', { ...options, totalTimeout: 20_000 }),
      answer: retryInAMinute,
    });
    await timers.advance(20_000);

    expect(await result).toMatchObject({ name: 'TimeoutError' });
  });
});

test.each(clients)('A logout does not report an answered request of $client as failed', async ({ send }) => {
  await using world = await openWorld();
  const session = world.start({ refresh: { proactive: false } });
  await session.login(ada);
  const { steps } = watch(session, 'api');
  await send(world, session, {});
  world.server.expireAccessTokens();
  await send(world, session, {});
  await session.logout();

  expect(steps.map(brief)).toEqual([
    'sent api 1',
    'answered api 1 200',
    'sent api 1',
    'answered api 1 403',
    'held api 1',
    'sent api 2',
    'answered api 2 200',
  ]);
});
