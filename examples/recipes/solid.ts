import type { Session, SessionView } from 'sessionchart';
import { createMemo, from, type Accessor } from 'solid-js';

/** The current view. It unsubscribes with its owner, for example a component. */
export function createView<User, Credentials>(
  session: Session<User, Credentials>,
): Accessor<SessionView<User>> {
  return from(session, session.getSnapshot());
}

/** Changes only with the user. */
export function createUser<User, Credentials>(session: Session<User, Credentials>): Accessor<User | null> {
  const view = createView(session);
  return createMemo(() => view().user);
}
