import type { Session, SessionView } from 'sessionchart';
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';

/** The current view, for a component's `setup` or any other effect scope. */
export function useSession<User, Credentials>(
  session: Session<User, Credentials>,
): Readonly<ShallowRef<SessionView<User>>> {
  const view = shallowRef(session.getSnapshot());
  const stop = session.subscribe((next) => {
    view.value = next;
  });
  onScopeDispose(stop);
  return view;
}
