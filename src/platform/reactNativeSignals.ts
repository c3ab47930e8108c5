import { check, expectMembers, object } from '../errors/checks.ts';
import type { Signal, Signals } from './signals.ts';

/** The part of React Native's `AppState` that is used. */
export interface AppStateLike {
  /** Only `'background'` is hidden. */
  readonly currentState?: string | null;
  /** @returns a subscription to remove */
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** The network state of `@react-native-community/netinfo`. A value is not a boolean if it is unknown. */
export interface NetInfoStateLike {
  readonly isConnected?: boolean | null | undefined;
  readonly isInternetReachable?: boolean | null | undefined;
}

/** The part of `@react-native-community/netinfo` that is used. */
export interface NetInfoLike {
  /** @returns an unsubscribe function */
  addEventListener(listener: (state: NetInfoStateLike) => void): () => void;
}

/** The modules that {@link reactNativeSignals} uses. */
export interface ReactNativeSignalsOptions {
  /** From `react-native`. */
  readonly AppState: AppStateLike;
  /**
   * From `@react-native-community/netinfo`. Default is none: the session assumes that there is a network.
   */
  readonly NetInfo?: NetInfoLike;
}

/**
 * Creates the signals of a React Native app: `AppState` says whether the app is visible, `NetInfo` whether there is a
 * network.
 *
 * - `background` is hidden, `active` is visible. `inactive` (iOS: the app switcher, a call) is ignored.
 * - Only `isConnected: false` is offline. `isInternetReachable: false` means that an address of Google's does not
 *   respond: behind a captive portal, but also where that address is blocked and the API is reachable. When it becomes
 *   `true` again, the signals emit `online`, so that a failed refresh is retried.
 *
 * @throws {InvalidOptionError} `AppState` or `NetInfo` has no `addEventListener`
 *
 * @example
 * ```ts
 * import { createSession, reactNativeSignals, type AppStateLike, type NetInfoLike } from 'sessionchart';
 *
 * // import { AppState } from 'react-native';
 * // import NetInfo from '@react-native-community/netinfo';
 * declare const AppState: AppStateLike;
 * declare const NetInfo: NetInfoLike;
 *
 * const signals = reactNativeSignals({ AppState, NetInfo });
 * const session = createSession({ baseUrl, server, environment: { signals } });
 * ```
 */
export function reactNativeSignals(options: ReactNativeSignalsOptions): Signals {
  check('options', options, object);
  const { AppState, NetInfo } = options;
  expectMembers('AppState', AppState, ['addEventListener']);
  if (NetInfo !== undefined) expectMembers('NetInfo', NetInfo, ['addEventListener']);
  const subscribers = new Set<(signal: Signal) => void>();
  let network: NetInfoStateLike = {};
  let stop: (() => void) | null = null;

  function tell(signal: Signal | null): void {
    if (signal !== null) for (const subscriber of subscribers) subscriber(signal);
  }

  function start(): () => void {
    const app = AppState.addEventListener('change', (state) => tell(visibilityOf(state)));
    const stopNetwork = NetInfo?.addEventListener((now) => {
      const before = network;
      network = now;
      tell(changeOf(before, now));
    });
    return () => {
      app.remove();
      stopNetwork?.();
      network = {};
    };
  }

  return {
    isOnline: () => network.isConnected !== false,
    isVisible: () => AppState.currentState !== 'background',
    subscribe(listener) {
      const subscriber = (signal: Signal): void => listener(signal);
      subscribers.add(subscriber);
      stop ??= start();
      return () => {
        subscribers.delete(subscriber);
        if (subscribers.size > 0) return;
        stop?.();
        stop = null;
      };
    },
  };
}

function visibilityOf(state: string): Signal | null {
  if (state === 'active') return 'visible';
  return state === 'background' ? 'hidden' : null;
}

function changeOf(before: NetInfoStateLike, now: NetInfoStateLike): Signal | null {
  const wasOnline = before.isConnected !== false;
  const isOnline = now.isConnected !== false;
  if (isOnline !== wasOnline) return isOnline ? 'online' : 'offline';
  const isBack = before.isInternetReachable === false && now.isInternetReachable === true;
  return isOnline && isBack ? 'online' : null;
}
