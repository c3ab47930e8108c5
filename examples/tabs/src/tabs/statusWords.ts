import type { SessionStatus } from 'sessionchart';

export const statusWords: Readonly<Record<SessionStatus, string>> = {
  anonymous: 'signed out',
  authenticated: 'signed in',
  refreshing: 'waiting for tokens',
  expired: 'expired',
  loggedOut: 'signed out',
};

/** The status of a tab, as text. */
export function describeStatus(status: SessionStatus, holdsLock: boolean): string {
  return holdsLock ? 'refreshing for all' : statusWords[status];
}
