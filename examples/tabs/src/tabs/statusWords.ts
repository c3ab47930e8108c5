import type { SessionStatus } from 'sessionchart';

export const statusWords: Readonly<Record<SessionStatus, string>> = {
  anonymous: 'signed out',
  authenticated: 'signed in',
  refreshing: 'waits for tokens',
  expired: 'expired',
  loggedOut: 'signed out',
};

/** What a tab is at, for people. */
export function describeStatus(status: SessionStatus, holdsLock: boolean): string {
  return holdsLock ? 'refreshes for all' : statusWords[status];
}
