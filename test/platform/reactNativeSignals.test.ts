import { describe, expect, test } from 'vitest';
import {
  createSession,
  reactNativeSignals,
  restContract,
  type NetInfoStateLike,
  type Signal,
} from '../../src/index.ts';
import { createManualClock, createTestServer, type PasswordCredentials } from '../../src/testing/index.ts';
import { createFakeAppState, createFakeNetInfo } from './fakeReactNative.ts';

/** An app with a listener, and its signals so far. */
function openApp(initial: { state?: string | null; network?: NetInfoStateLike } = {}) {
  const app = createFakeAppState(initial.state === undefined ? 'active' : initial.state);
  const network = createFakeNetInfo(initial.network ?? null);
  const signals = reactNativeSignals({ AppState: app.AppState, NetInfo: network.NetInfo });
  const heard: Signal[] = [];
  const stop = signals.subscribe((signal) => heard.push(signal));
  return { app, network, signals, heard, stop };
}

describe('AppState', () => {
  test('reports the background and the return from it', () => {
    const { app, signals, heard } = openApp();
    expect(signals.isVisible()).toBe(true);
    app.become('background');
    expect(signals.isVisible()).toBe(false);
    app.become('active');

    expect(signals.isVisible()).toBe(true);
    expect(heard).toEqual(['hidden', 'visible']);
  });

  test('ignores the state between the two, as on iOS', () => {
    const { app, signals, heard } = openApp();
    app.become('inactive');

    expect(signals.isVisible()).toBe(true);
    expect(heard).toEqual([]);
  });

  test.each([null, 'unknown', 'inactive', 'extension'])(
    '%j counts as visible, since it is not certain',
    (state) => {
      expect(openApp({ state }).signals.isVisible()).toBe(true);
    },
  );

  test('reports an app that was started in the background as hidden', () => {
    expect(openApp({ state: 'background' }).signals.isVisible()).toBe(false);
  });
});

describe('NetInfo', () => {
  test('reports when the network is lost and when it is back', () => {
    const { network, signals, heard } = openApp({
      network: { isConnected: true, isInternetReachable: true },
    });
    expect(heard).toEqual([]);
    network.become(false);
    expect(signals.isOnline()).toBe(false);
    network.become(true);

    expect(signals.isOnline()).toBe(true);
    expect(heard).toEqual(['offline', 'online']);
  });

  test('reports at once if there is no network at the start', () => {
    const { signals, heard } = openApp({ network: { isConnected: false } });

    expect(signals.isOnline()).toBe(false);
    expect(heard).toEqual(['offline']);
  });

  test('counts as online if it does not know', () => {
    const { network, signals, heard } = openApp({ network: { isConnected: null } });
    network.become(null);

    expect(signals.isOnline()).toBe(true);
    expect(heard).toEqual([]);
  });

  test('counts as online behind a captive portal, since the API may be reachable', () => {
    const { network, signals, heard } = openApp({
      network: { isConnected: true, isInternetReachable: true },
    });
    network.become(true, false);

    expect(signals.isOnline()).toBe(true);
    expect(heard).toEqual([]);
  });

  test('reports online when a captive portal has let the user through', () => {
    const { network, heard } = openApp({ network: { isConnected: true, isInternetReachable: false } });
    network.become(true, null);
    network.become(true, false);
    network.become(true, true);
    network.become(true, true);

    expect(heard).toEqual(['online']);
  });

  test('reports online once, although connection and internet come back separately', () => {
    const { network, heard } = openApp({ network: { isConnected: false, isInternetReachable: false } });
    network.become(true, null);
    network.become(true, true);

    expect(heard).toEqual(['offline', 'online']);
  });

  test('may be missing, which counts as online', () => {
    const { AppState, become } = createFakeAppState();
    const signals = reactNativeSignals({ AppState });
    const heard: Signal[] = [];
    const stop = signals.subscribe((signal) => heard.push(signal));
    become('background');

    expect(signals.isOnline()).toBe(true);
    expect(heard).toEqual(['hidden']);
    expect(stop).not.toThrow();
  });
});

describe('The listeners of an app', () => {
  test('receive every signal until they unsubscribe', () => {
    const { app, network, signals, heard, stop } = openApp();
    const late: Signal[] = [];
    const stopLate = signals.subscribe((signal) => late.push(signal));
    app.become('background');
    stop();
    stop();
    network.become(false);
    stopLate();
    app.become('active');

    expect(heard).toEqual(['hidden']);
    expect(late).toEqual(['hidden', 'offline']);
  });

  test('may be the same function subscribed twice', () => {
    const { app, signals } = openApp();
    const heard: Signal[] = [];
    const listener = (signal: Signal) => void heard.push(signal);
    const stops = [signals.subscribe(listener), signals.subscribe(listener)];
    stops[0]?.();
    app.become('background');

    expect(heard).toEqual(['hidden']);
  });

  test('leave nothing behind when the last unsubscribes, and no old signals for the next', () => {
    const { app, network, signals, stop } = openApp({ network: { isConnected: false } });
    expect([app.listeners.size, network.listeners.size]).toEqual([1, 1]);
    stop();
    expect([app.listeners.size, network.listeners.size]).toEqual([0, 0]);
    expect(signals.isOnline()).toBe(true);
    signals.subscribe(() => undefined);

    expect(signals.isOnline()).toBe(false);
  });
});

/** A session in an app, with a user who has signed in. */
async function openSession() {
  const app = createFakeAppState();
  const network = createFakeNetInfo({ isConnected: true });
  const clock = createManualClock();
  const server = createTestServer({ now: clock.now });
  const session = createSession<unknown, PasswordCredentials>({
    baseUrl: server.url,
    server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
    ky: { fetch: server.fetch },
    environment: {
      clock,
      signals: reactNativeSignals({ AppState: app.AppState, NetInfo: network.NetInfo }),
    },
  });
  await session.login({ username: 'ada', password: 'lovelace' });
  return { app, network, clock, server, session, [Symbol.dispose]: () => session.dispose() };
}

describe('A session in an app', () => {
  test('waits for the network before a refresh, and continues when it is back', async () => {
    using world = await openSession();
    world.network.become(false);
    const reconnect = world.server.intercept('refresh', () => Response.error());
    world.server.expireAccessTokens();
    const answer = world.session.fetch('api/me');
    await world.clock.advance(20_000);
    expect(world.session.actor.getSnapshot().matches({ signedIn: { refreshing: 'offline' } })).toBe(true);
    const { refresh: attempts } = world.server.counts();
    reconnect();
    world.network.become(true);
    await world.clock.advance(0);

    expect((await answer).status).toBe(200);
    expect(world.server.counts()).toMatchObject({ refresh: attempts + 1 });
  });

  test('unsubscribes from the platform when it is disposed of', async () => {
    const world = await openSession();
    expect([world.app.listeners.size, world.network.listeners.size]).toEqual([1, 1]);
    world.session.dispose();

    expect([world.app.listeners.size, world.network.listeners.size]).toEqual([0, 0]);
  });
});

describe('reactNativeSignals', () => {
  const { AppState } = createFakeAppState();

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'options'],
    ['no AppState', {}, 'AppState'],
    ['an AppState without a method', { AppState: {} }, 'AppState.addEventListener'],
    ['null as NetInfo', { AppState, NetInfo: null }, 'NetInfo'],
    [
      'a NetInfo without the method',
      { AppState, NetInfo: { fetch: () => null } },
      'NetInfo.addEventListener',
    ],
  ])('refuses %s', (_, options, option) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => reactNativeSignals(options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
    );
  });
});
