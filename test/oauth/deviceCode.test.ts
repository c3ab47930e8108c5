import { describe, expect, test, vi } from 'vitest';
import { createSession } from '../../src/index.ts';
import { deviceCode, dpop, oauth, type DevicePrompt, type OAuthOptions } from '../../src/oauth/index.ts';
import { createManualClock } from '../clock.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { decideOnDevice } from './userAgent.ts';

function open(provider: TestProvider, options: Partial<Omit<OAuthOptions, 'user'>> = {}) {
  const clock = createManualClock();
  const auth = oauth({
    issuer: provider.issuer,
    clientId: 'spa',
    scope: 'openid email offline_access',
    resource: provider.api,
    ...options,
  });
  const session = createSession({ baseUrl: provider.api, ...auth.options });
  let show: (prompt: DevicePrompt) => void = () => undefined;
  const shown = new Promise<DevicePrompt>((resolve) => (show = resolve));
  const signIn = deviceCode({ show, clock });
  /** Waits until the program pauses, and returns the length of the pause in seconds. */
  const pauses = () => vi.waitFor(() => expectPresent(clock.next()) / 1000, 30_000);
  const poll = async () => {
    const before = provider.tokenRequests.length;
    await clock.advance(expectPresent(clock.next()));
    await expect.poll(() => provider.tokenRequests.length).toBeGreaterThan(before);
  };
  return { session, signIn, shown, clock, pauses, poll };
}

function expectPresent<Value>(value: Value | null): Value {
  if (value === null) throw new Error('The program does not wait');
  return value;
}

const outcomes = ({ tokenRequests }: TestProvider) => tokenRequests.map(({ status }) => status);

describe('A sign-in on another device', () => {
  test.each(['bearer', 'DPoP with nonces'])('succeeds once the user has confirmed it (%s)', async (kind) => {
    const isBound = kind !== 'bearer';
    await using provider = await startProvider({ requiresNonce: isBound });
    const { session, signIn, shown, pauses, poll } = open(provider, isBound ? { dpop: dpop() } : {});
    const login = session.login(signIn);
    const { userCode, verificationUri, verificationUriComplete } = await shown;
    expect(userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    expect(verificationUri).toBe(`${provider.issuer}/device`);
    expect(await pauses()).toBe(5);
    await poll();
    expect(await pauses(), 'the user has not decided').toBe(5);
    await decideOnDevice(verificationUriComplete ?? '');
    await poll();

    expect(await login).toMatchObject({ sub: 'ada' });
    expect(await session.api.get('me').json()).toMatchObject({
      sub: 'ada',
      scheme: isBound ? 'DPoP' : 'Bearer',
    });
    await session.refresh();
    expect(provider.tokenRequests.at(-1)).toEqual({ grant: 'refresh_token', status: 200 });
  });

  test('fails with `access_denied` if the user refuses', async () => {
    await using provider = await startProvider();
    const { session, signIn, shown, pauses, poll } = open(provider);
    const login = session.login(signIn).catch((error: unknown) => error);
    await decideOnDevice((await shown).verificationUriComplete ?? '', true);
    await pauses();
    await poll();
    expect(await login).toMatchObject({ code: 'ERR_LOGIN_FAILED', cause: { error: 'access_denied' } });
  });

  test('waits five seconds longer after `slow_down`, and twice as long without a response', async () => {
    await using provider = await startProvider();
    const { session, signIn, shown, pauses, poll } = open(provider);
    const login = session.login(signIn);
    await shown;
    expect(await pauses()).toBe(5);
    const answers: (() => number)[] = [];
    provider.intercept = ({ url }, response) => {
      const answer = url === '/token' ? answers.shift() : undefined;
      if (answer === undefined) return false;
      provider.tokenRequests.push({ grant: 'intercepted', status: answer() });
      if (answer() === 0) response.destroy();
      else response.writeHead(answer(), { 'content-type': 'application/json' }).end('{"error":"slow_down"}');
      return true;
    };
    answers.push(
      () => 400,
      () => 0,
      () => 503,
    );
    await poll();
    expect(await pauses(), 'after `slow_down`').toBe(10);
    await poll();
    expect(await pauses(), 'after a cut connection').toBe(20);
    await poll();
    expect(await pauses(), 'after 503').toBe(40);
    await decideOnDevice((await shown).verificationUriComplete ?? '');
    await poll();
    expect(await login).toMatchObject({ sub: 'ada' });
    expect(outcomes(provider)).toEqual([400, 0, 503, 200]);
  });

  test('fails with `expired_token` once the code has expired', async () => {
    await using provider = await startProvider();
    const { session, signIn, shown, clock, pauses } = open(provider);
    const login = session.login(signIn).catch((error: unknown) => error);
    const { expiresIn } = await shown;
    await pauses();
    // The device sleeps, and its timer is late.
    clock.now = () => Date.UTC(2030, 0, 1) + expiresIn * 1000;
    await clock.advance(5000);
    expect(await login).toMatchObject({ code: 'ERR_LOGIN_FAILED', cause: { error: 'expired_token' } });
    expect(outcomes(provider)).toEqual([]);
  });

  test('ends without another request as soon as the program aborts it', async () => {
    await using provider = await startProvider();
    const { session, signIn, shown, clock, pauses } = open(provider);
    const controller = new AbortController();
    const login = session.login(signIn, { signal: controller.signal });
    await shown;
    await pauses();
    controller.abort(new Error('the user has pressed Ctrl-C'));
    await expect(login).rejects.toThrow('the user has pressed Ctrl-C');
    expect(clock.next()).toBeNull();
    expect(outcomes(provider)).toEqual([]);
    expect(session.getSnapshot().status).toBe('anonymous');
  });
});

test('`deviceCode` names an option that is not valid', () => {
  // @ts-expect-error `show` is required
  expect(() => deviceCode({})).toThrow('Expected `options.show` to be a function, got undefined');
});
