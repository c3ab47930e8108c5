import ky, { type Hooks, type KyInstance } from 'ky';
import { describe, expect, test } from 'vitest';
import { createRecorder, headersSent, openWorld, range, type World } from './world.ts';

/** A separate ky instance, with its own hooks before and after those of the session. */
function ownKy(
  { server, session }: World,
  { before = {}, after = {} }: { before?: Hooks; after?: Hooks },
): KyInstance {
  return ky
    .create({ prefix: `${server.url}/api`, hooks: before })
    .extend({ hooks: session.hooks })
    .extend({ hooks: after });
}

const budgets = [{ retry: 0 }, { retry: 2 }];

describe('session.hooks in your own ky instance', () => {
  test('hold, send with the token and replay', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const own = ownKy(world, {});
    const answers = await Promise.all(range(5).map((n) => own.get(`items/${n}`).json()));

    expect(answers).toEqual(range(5).map((n) => ({ n, user: 'ada' })));
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 10, refused: 5 });
  });

  test('send through the `fetch` of that instance', async () => {
    await using world = await openWorld();
    const recorder = createRecorder();
    world.server.expireAccessTokens();
    await ownKy(world, {}).extend({ fetch: recorder.fetch }).get('me');

    expect(recorder.sent.map(({ path }) => path)).toEqual(['/api/me', '/api/me']);
    expect(world.sent).toEqual([]);
  });

  test('hooks before the session’s see the refusal, and later ones the replayed response', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const seen: string[] = [];
    const note = (who: string): Hooks => ({
      beforeRequest: [({ retryCount }) => void seen.push(`${who}: request ${retryCount}`)],
      afterResponse: [
        ({ response, retryCount }) => void seen.push(`${who}: answer ${response.status}, ${retryCount}`),
      ],
    });
    const me = await ownKy(world, { before: note('before'), after: note('after') })
      .get('me')
      .json();

    expect(me).toMatchObject({ username: 'ada' });
    expect(seen).toEqual([
      'before: request 0',
      'after: request 0',
      'before: answer 401, 0',
      'after: answer 200, 0',
    ]);
  });

  test('a hook that reads the replayed response leaves it readable for the caller', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const bodies: unknown[] = [];
    const after: Hooks = {
      afterResponse: [async ({ response }) => void bodies.push(await response.json())],
    };
    const me = await ownKy(world, { after }).get('me').json();

    expect(bodies).toEqual([me]);
  });

  test('hooks before the session’s may read the responses that they get', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const bodies: unknown[] = [];
    const read = async ({ response }: { response: Response }) => void bodies.push(await response.json());
    const before: Hooks = { afterResponse: [read, read] };
    const own = ownKy(world, { before, after: { afterResponse: [read] } });
    const replayed = await own.get('me').json();
    const refused = { message: 'Unauthorized' };
    expect(bodies.splice(0)).toEqual([refused, refused, replayed]);

    expect(await own.get('me').json()).toEqual(replayed);
    expect(bodies).toEqual([replayed, replayed, replayed]);
  });

  test('a hook may replace the replayed response', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const after: Hooks = {
      afterResponse: [({ response }) => Response.json({ status: response.status }, { status: 202 })],
    };
    const answer = await ownKy(world, { after }).get('me');

    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ status: 200 });
  });

  describe.each(budgets)('with `retry: $retry`', ({ retry }) => {
    test('changes by hooks before and after the session’s are kept on the replay', async () => {
      await using world = await openWorld();
      world.server.expireAccessTokens();
      const traces = headersSent(world, 'x-trace');
      const put = (value: string): Hooks => ({
        beforeRequest: [({ request }) => request.headers.append('x-trace', value)],
      });
      await ownKy(world, { before: put('one'), after: put('two') }).post('echo', { json: { n: 1 }, retry });

      expect(traces).toEqual(['one, two', 'one, two']);
    });

    test.each(['before', 'after'])(
      'a Request that a hook %s the session’s returns is replayed',
      async (place) => {
        await using world = await openWorld();
        world.server.expireAccessTokens();
        const traces = headersSent(world, 'x-trace');
        const replacing: Hooks = {
          beforeRequest: [
            ({ request }) => new Request(request, { headers: { 'x-trace': 'new' }, body: 'two pears' }),
          ],
        };
        const own = ownKy(world, { [place]: replacing });
        const answer = await own.post('echo', { body: 'one apple pie', retry }).json();

        expect(answer).toMatchObject({ length: 9, user: 'ada' });
        expect(traces).toEqual(['new', 'new']);
      },
    );

    test('a hook that responds in place of the server is respected', async () => {
      await using world = await openWorld();
      const before: Hooks = { beforeRequest: [() => Response.json({ cached: true })] };

      expect(await ownKy(world, { before }).get('me', { retry }).json()).toEqual({ cached: true });
      expect(world.server.counts()).toMatchObject({ api: 0 });
    });
  });

  test('`context` for all calls may be frozen and shared, and is not written to', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const context = Object.freeze({ auth: 'required', traceId: 7 });
    const seen: unknown[] = [];
    const after: Hooks = { beforeRequest: [({ options }) => void seen.push(options.context)] };
    const own = ownKy(world, { after }).extend({ context });
    await Promise.all(range(3).map((n) => own.get(`items/${n}`)));

    expect(seen).toEqual([context, context, context]);
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 6 });
  });
});
