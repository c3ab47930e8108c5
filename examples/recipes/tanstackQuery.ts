import type { QueryClient } from '@tanstack/react-query';
import { isSessionError, type Session, type SessionView } from 'sessionchart';

/** For `defaultOptions.queries.retry`: three retries, but none for a session error, which a retry does not fix. */
export function retry(failureCount: number, error: unknown): boolean {
  return !isSessionError(error) && failureCount < 3;
}

/** Keeps the cache of one user from the next. Returns an unsubscribe function. */
export function connectQueryClient(
  session: Pick<Session, 'getSnapshot' | 'subscribe'>,
  queryClient: QueryClient,
): () => void {
  let before = session.getSnapshot();
  return session.subscribe((view) => {
    const left = before;
    before = view;
    // Requests that waited while the store was being read are sent as this user, so there is nothing to clear.
    if (view.identity !== left.identity && !left.isRestoring) changeUser(queryClient, view);
    else if (view.isSignedIn && hasRecovered(left, view)) askAgain(queryClient);
  });
}

function changeUser(queryClient: QueryClient, view: SessionView): void {
  // `clear()` would leave the old user's data in every component that stays mounted.
  for (const query of queryClient.getQueryCache().getAll()) query.reset();
  queryClient.removeQueries({ type: 'inactive' });
  queryClient.getMutationCache().clear();
  if (view.isSignedIn) void queryClient.refetchQueries({ type: 'active' });
}

/** The same user has signed in again, or a refresh succeeded after one that failed. */
function hasRecovered(before: SessionView, now: SessionView): boolean {
  return before.status === 'expired' || (before.error !== null && now.error === null);
}

function askAgain(queryClient: QueryClient): void {
  void queryClient.refetchQueries({
    type: 'active',
    predicate: ({ state }) => isSessionError(state.error),
  });
}
