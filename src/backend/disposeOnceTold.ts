import type { Session } from '../session/session.ts';

/** How long a session tells the API of its logout after the response, in milliseconds. */
const longestLogout = 60_000;

/**
 * Disposes of a session that has signed out, once the API knows of the logout, has refused it, or has failed four times. The
 * response does not wait for it.
 */
export function disposeOnceTold({
  actor,
  clock,
  dispose,
}: Pick<Session, 'actor' | 'clock' | 'dispose'>): void {
  const isTold = (): boolean => {
    const snapshot = actor.getSnapshot();
    return !snapshot.matches({ loggedOut: 'revoking' }) && !snapshot.matches({ loggedOut: 'backingOff' });
  };
  if (isTold()) {
    dispose();
    return;
  }
  const cancel = clock.schedule(dispose, longestLogout);
  actor.subscribe({
    next() {
      if (isTold()) dispose();
    },
    complete: cancel,
  });
}
