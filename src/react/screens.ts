import type { SessionView } from '../session/view.ts';

/** What an application shows. `refreshing` has no screen of its own, since it happens in the background. */
export type Screen = 'restoring' | 'signedOut' | 'signedIn' | 'expired';

export function screenOf({ status, isRestoring, isSignedIn }: SessionView): Screen {
  if (isRestoring) return 'restoring';
  if (isSignedIn) return 'signedIn';
  return status === 'expired' ? 'expired' : 'signedOut';
}

/** Whether the session has a user, who may have to sign in again. */
export function hasUser(view: SessionView): boolean {
  const screen = screenOf(view);
  return screen === 'signedIn' || screen === 'expired';
}
