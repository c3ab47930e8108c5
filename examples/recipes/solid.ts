import type { Session, SessionView } from 'sessionchart';
import { createMemo, from, type Accessor } from 'solid-js';

/** What the session is now. It ends with the owner it was made in: a component, say. */
export function createView<User, Credentials>(
  session: Session<User, Credentials>,
): Accessor<SessionView<User>> {
  return from(session, session.getSnapshot());
}

/** Changes with the user alone. */
export function createUser<User, Credentials>(session: Session<User, Credentials>): Accessor<User | null> {
  const view = createView(session);
  return createMemo(() => view().user);
}
