import type { SessionView } from '../session/view.ts';

/** What an application shows. `refreshing` has no screen of its own, since it happens in the background. */
export type Screen = 'restoring' | 'signedOut' | 'signedIn' | 'expired';

export function screenOf({ status, isRestoring }: SessionView): Screen {
  if (isRestoring) return 'restoring';
  switch (status) {
    case 'authenticated':
    case 'refreshing':
      return 'signedIn';
    case 'expired':
      return 'expired';
    case 'anonymous':
    case 'loggedOut':
      return 'signedOut';
  }
}

/** Whether the session has a user, who may have to sign in again. */
export function hasUser(view: SessionView): boolean {
  const screen = screenOf(view);
  return screen === 'signedIn' || screen === 'expired';
}
