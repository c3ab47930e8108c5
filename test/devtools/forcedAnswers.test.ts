import { describe, expect, test } from 'vitest';
import { commonAnswers } from '../../src/devtools/answers/forcedAnswers.ts';
import { createInterceptions } from '../../src/devtools/answers/interceptions.ts';
import { observeRequests, type RequestPurpose } from '../../src/observe/index.ts';
import { createTestSession, type TestSession, type TestSessionOptions } from '../../src/testing/index.ts';

/** Forces a response from the list of the devtools once. */
async function openForced(
  purpose: RequestPurpose,
  name: string,
  options?: TestSessionOptions,
): Promise<TestSession> {
  const world = await createTestSession(options);
  const answer = commonAnswers.find((each) => each.purpose === purpose && each.name === name);
  if (answer === undefined) throw new Error(`There is no ${name} for ${purpose}`);
  createInterceptions(observeRequests(world.session)).add({ ...answer, isOnce: true });
  return world;
}

const stateOf = ({ session }: TestSession) => session.history().at(-1)?.to;

describe('a forced response to a refresh', () => {
  test.each([
    ['400 invalid_grant', 'expired.idle', { status: 400, code: 'invalid_grant' }],
    ['401', 'expired.idle', { status: 401 }],
    ['429, Retry-After 5', 'refreshing.backingOff', { code: 'ERR_REFRESH_UNAVAILABLE', status: 429 }],
    ['503', 'refreshing.backingOff', { code: 'ERR_REFRESH_UNAVAILABLE', status: 503 }],
    ['page of a captive portal', 'refreshing.backingOff', { code: 'ERR_REFRESH_UNAVAILABLE', status: 200 }],
    [
      'response lost, connection cut',
      'refreshing.backingOff',
      { code: 'ERR_REFRESH_UNAVAILABLE', status: null },
    ],
    ['malformed grant', 'authenticated.due.ready', { code: 'ERR_MALFORMED_GRANT', status: 200 }],
  ])('%s leads to %s', async (name, state, failure) => {
    using world = await openForced('refresh', name, { state: 'authenticated.due.ready' });
    const { session, clock } = world;
    await clock.advance(60_000);
    session.refresh().catch(() => undefined);

    await expect.poll(() => stateOf(world)).toBe(state);
    const { reason, error } = session.getSnapshot();
    expect(reason ?? error).toMatchObject(failure);
  });
});

describe('a forced response to the API', () => {
  test.each([
    ['401', 200, { refresh: 1, api: 1 }],
    ['403', 403, { refresh: 0, api: 0 }],
    ['429, Retry-After 5', 429, { refresh: 0, api: 0 }],
    ['503', 503, { refresh: 0, api: 0 }],
    ['page of a captive portal', 200, { refresh: 0, api: 0 }],
    ['connection cut', 'TypeError', { refresh: 0, api: 0 }],
  ])('%s gives the request the outcome %s, and the session stays', async (name, outcome, reached) => {
    using world = await openForced('api', name);
    const request = world.session.fetch('api/me').then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Error ? error.name : error),
    );

    expect(await request).toBe(outcome);
    expect(world.server.counts()).toMatchObject(reached);
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });
});

test.each([
  ['401', 401],
  ['503', 503],
])('a sign-in with the forced response %s fails', async (name, status) => {
  using world = await openForced('login', name, { state: 'anonymous' });
  const signIn = world.session.login({ username: 'ada', password: 'lovelace' });

  await expect(signIn).rejects.toMatchObject({ code: 'ERR_LOGIN_FAILED', status });
});
