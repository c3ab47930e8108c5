import { onlineManager } from '@tanstack/react-query';
import type { OnlineSignal } from 'sessionchart';

/** One word on whether there is a network, for TanStack Query and for the session: the browser's, or the button's. */
export const network = {
  isOnline: () => onlineManager.isOnline(),
  subscribe: (listener: (isOnline: boolean) => void) => onlineManager.subscribe(listener),
  set: (isOnline: boolean) => onlineManager.setOnline(isOnline),
} satisfies OnlineSignal & { set: unknown };
