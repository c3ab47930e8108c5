import type { SessionView } from '../session/view.ts';

/** What a program shows. A refresh is no screen of its own: it comes and goes with every token. */
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

/** Whether somebody is signed in, or was when the session expired. */
export function hasUser(view: SessionView): boolean {
  const screen = screenOf(view);
  return screen === 'signedIn' || screen === 'expired';
}
