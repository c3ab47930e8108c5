import type { QueryClient } from '@tanstack/react-query';
import { isSessionError, type Session, type SessionView } from 'sessionchart';

/** For `defaultOptions.queries.retry`. What the session refuses it would refuse again; all else has three retries. */
export function retry(failureCount: number, error: unknown): boolean {
  return !isSessionError(error) && failureCount < 3;
}

const isSignedIn = ({ status }: SessionView) => status === 'authenticated' || status === 'refreshing';

/** Keeps the cache of one user from the next. Returns its undo. */
export function connectQueryClient(
  session: Pick<Session, 'getSnapshot' | 'subscribe'>,
  queryClient: QueryClient,
): () => void {
  let before = session.getSnapshot();
  return session.subscribe((view) => {
    const left = before;
    before = view;
    // What was asked for while the store was being read has waited for this user.
    if (view.identity !== left.identity && !left.isRestoring) changeUser(queryClient, view);
    else if (isSignedIn(view) && hasRecovered(left, view)) askAgain(queryClient);
  });
}

function changeUser(queryClient: QueryClient, view: SessionView): void {
  // `clear()` would leave the old user's data with every component that stays mounted.
  for (const query of queryClient.getQueryCache().getAll()) query.reset();
  queryClient.removeQueries({ type: 'inactive' });
  queryClient.getMutationCache().clear();
  if (isSignedIn(view)) void queryClient.refetchQueries({ type: 'active' });
}

/** The same user is back, or there are tokens again after a refresh had failed. */
function hasRecovered(before: SessionView, now: SessionView): boolean {
  return before.status === 'expired' || (before.error !== null && now.error === null);
}

function askAgain(queryClient: QueryClient): void {
  void queryClient.refetchQueries({
    type: 'active',
    predicate: ({ state }) => isSessionError(state.error),
  });
}
