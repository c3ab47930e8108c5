import type { AppStateLike, NetInfoLike, NetInfoStateLike } from '../../src/index.ts';

/** `AppState` as React Native has it: `currentState` changes before its listeners hear of it. */
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

/** `NetInfo` as the community's package has it: who begins to listen is told what is known. */
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
