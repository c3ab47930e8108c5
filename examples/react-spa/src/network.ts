import { onlineManager } from '@tanstack/react-query';
import { browserSignals, type Signal, type Signals } from 'sessionchart';

/** Tells TanStack Query and the session whether there is a network. The button can override the browser. */
export const network = {
  isOnline: () => onlineManager.isOnline(),
  isVisible: () => browserSignals.isVisible(),
  subscribe: (listener: (signal: Signal) => void) => {
    const stops = [
      onlineManager.subscribe((isOnline) => listener(isOnline ? 'online' : 'offline')),
      browserSignals.subscribe((signal) => {
        if (signal !== 'online' && signal !== 'offline') listener(signal);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  },
  set: (isOnline: boolean) => onlineManager.setOnline(isOnline),
} satisfies Signals & { set: unknown };
