import type { AppStateLike, NetInfoLike, NetInfoStateLike } from '../../src/index.ts';

/** `AppState` as in React Native: `currentState` changes before the listeners are called. */
export function createFakeAppState(initial: string | null = 'active') {
  const listeners = new Set<(state: string) => void>();
  let currentState = initial;
  const AppState: AppStateLike = {
    get currentState() {
      return currentState;
    },
    addEventListener(_type, listener) {
      listeners.add(listener);
      return { remove: () => void listeners.delete(listener) };
    },
  };
  return {
    AppState,
    listeners,
    become(state: string) {
      currentState = state;
      for (const listener of [...listeners]) listener(state);
    },
  };
}

/** `NetInfo` as in the community's package: a new listener is called with the current state. */
export function createFakeNetInfo(initial: NetInfoStateLike | null = null) {
  const listeners = new Set<(state: NetInfoStateLike) => void>();
  let state = initial;
  const NetInfo: NetInfoLike = {
    addEventListener(listener) {
      listeners.add(listener);
      if (state !== null) listener(state);
      return () => void listeners.delete(listener);
    },
  };
  return {
    NetInfo,
    listeners,
    become(isConnected: boolean | null, isInternetReachable: boolean | null = null) {
      state = { isConnected, isInternetReachable };
      for (const listener of [...listeners]) listener(state);
    },
  };
}
