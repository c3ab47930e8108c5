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
      const { session, steps, result } = await pause(world, { send, answer });
      await run(session);

      expect(await result).toMatchObject({ code });
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

  test.each([
    ['as an option', (url: string, signal: AbortSignal) => [url, { signal }] as const],
    ['in a Request', (url: string, signal: AbortSignal) => [new Request(url, { signal }), {}] as const],
  ])('the caller’s own signal still ends it, given %s', async (_, inputOf) => {
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

  test('in your own ky instance, the signal of a Request still ends it', async () => {
    await using world = await openWorld();
    const controller = new AbortController();
    const { signal } = controller;
    const { result } = await pause(world, {
      send: ({ server }, { hooks }, options) =>
        ky.create({ hooks })(new Request(`${server.url}/api/me`, { signal }), options),
    });
    const reason = new Error('Left');
    controller.abort(reason);

    expect(await result).toBe(reason);
  });

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
