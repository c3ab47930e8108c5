import { useSyncExternalStore } from 'react';
import { expireAccessTokens } from '../server/serverRecord.ts';
import { session } from '../session.ts';

/** What became of a request of this tab. */
export type Outcome = 'waits' | 'answered' | 'refused';

/** How many a press sends. */
export const perPress = 5;

/** Those of the last press. */
let outcomes: readonly Outcome[] = [];
const listeners = new Set<() => void>();

export function useOutcomes(): readonly Outcome[] {
  return useSyncExternalStore(subscribe, () => outcomes);
}

/** Sends a handful at once. */
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

/** The other tabs are told when to send, so that all need new tokens at one moment. */
const starter = new BroadcastChannel('tabs:send');
starter.addEventListener('message', sendRequests);

/** The worst that can happen: the server refuses the access token while every tab sends. */
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
