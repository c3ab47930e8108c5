import { distinctUntilChanged, from, map, type Observable } from 'rxjs';
import type { Session } from 'sessionchart';

/** The current user, then every change. It completes when the session is disposed of. */
export function userOf<User, Credentials>(session: Session<User, Credentials>): Observable<User | null> {
  return from(session).pipe(
    map(({ user }) => user),
    distinctUntilChanged(),
  );
}
