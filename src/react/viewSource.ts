import { isSameJson } from '../platform/sameJson.ts';
import type { Session } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import type { Subscription } from '../session/views.ts';
import { hasUser } from './screens.ts';

/** The source of a component's view, in the shape that `useSelector` of `@xstate/react` accepts. */
export interface ViewSource<View> {
  subscribe(this: void, listener: ViewObserver): Pick<Subscription, 'unsubscribe'>;
  getSnapshot(this: void): View;
}

type ViewObserver = Parameters<Session['subscribe']>[0];

/** The view of a session that is being restored, the same on server and client. */
export const restoringView: SessionView<never> = Object.freeze({
  status: 'anonymous',
  isSignedIn: false,
  user: null,
  identity: 0,
  reason: null,
  error: null,
  expiresAt: null,
  isRestoring: true,
  isSigningIn: false,
  stepUp: null,
  ending: null,
  isChallenged: false,
});

/** Shows the starting view until a component subscribes, which it does when it is mounted, then the live view. */
export function startingSource<View>(startingView: View, live: ViewSource<View>): ViewSource<View> {
  let getSnapshot = () => startingView;
  return {
    subscribe(listener) {
      getSnapshot = live.getSnapshot;
      return live.subscribe(listener);
    },
    getSnapshot: () => getSnapshot(),
  };
}

/**
 * Shows the server's view until the session is restored, then the live view with an `identity` that continues from the
 * server's. Server and client count their identities separately, and the same user must keep one.
 */
export function continuedSource<View extends SessionView>(
  { subscribe, getSnapshot }: ViewSource<View>,
  initialView: View,
): ViewSource<View> {
  let shift: number | null = null;
  let latest: View | null = null;
  let shown = initialView;
  return {
    subscribe,
    getSnapshot() {
      const view = getSnapshot();
      if (view.isRestoring || view === latest) return shown;
      shift ??= initialView.identity - view.identity + (isSamePerson(initialView, view) ? 0 : 1);
      latest = view;
      return (shown = Object.freeze({ ...view, identity: view.identity + shift }));
    },
  };
}

/** If the server does not name the user, assumes the same one: both views belong to one browser's session. */
function isSamePerson(before: SessionView, now: SessionView): boolean {
  return hasUser(before) === hasUser(now) && isSameJson(before.user, now.user);
}
