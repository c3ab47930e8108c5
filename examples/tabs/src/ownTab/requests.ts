import { useSyncExternalStore } from 'react';
import { expireAccessTokens } from '../server/serverRecord.ts';
import { session } from '../session.ts';

/** The state of a request of this tab. */
export type Outcome = 'waits' | 'answered' | 'refused';

/** The number of requests per click. */
export const perPress = 5;

/** The requests of the last click. */
let outcomes: readonly Outcome[] = [];
const listeners = new Set<() => void>();

export function useOutcomes(): readonly Outcome[] {
  return useSyncExternalStore(subscribe, () => outcomes);
}

/** Sends several requests at once. */
export function sendRequests(): void {
  const sent: Outcome[] = Array<Outcome>(perPress).fill('waits');
  const show = () => {
    outcomes = [...sent];
    for (const listener of listeners) listener();
  };
  const settle = (index: number, outcome: Outcome) => {
    sent[index] = outcome;
    show();
  };
  for (const index of sent.keys()) {
    session.api.get(`api/items/${index + 1}`).then(
      () => settle(index, 'answered'),
      () => settle(index, 'refused'),
    );
  }
  show();
}

/** Makes the other tabs send too, so that all need new tokens at the same moment. */
const starter = new BroadcastChannel('tabs:send');
starter.addEventListener('message', sendRequests);

/** The hardest case: every tab sends, and the server refuses the access token. */
export async function sendFromAllTabs(): Promise<void> {
  await expireAccessTokens();
  starter.postMessage('send');
  sendRequests();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
