import { isSameJson } from '../platform/sameJson.ts';
import type { Session } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import type { Subscription } from '../session/views.ts';
import { hasUser } from './screens.ts';

/** What components read their view from; shaped as `useSelector` of `@xstate/react` wants it. */
export interface ViewSource<View> {
  subscribe(this: void, listener: ViewObserver): Pick<Subscription, 'unsubscribe'>;
  getSnapshot(this: void): View;
}

type ViewObserver = Parameters<Session['subscribe']>[0];

/** What a session shows that is being restored: no more than server and client know without asking. */
export const restoringView: SessionView<never> = Object.freeze({
  status: 'anonymous',
  user: null,
  identity: 0,
  reason: null,
  error: null,
  expiresAt: null,
  isRestoring: true,
  isSigningIn: false,
});

/** Shows one view until somebody subscribes, as a component does when it has been mounted; then the live one. */
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
 * Shows what a session is, after the view that the server rendered: that one until the session is restored,
 * and then identities that go on from it. Each side counts its own, and the same user is to keep one.
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

/** A user whom the server does not name is taken for the same: both views come from one browser's session. */
function isSamePerson(before: SessionView, now: SessionView): boolean {
  return hasUser(before) === hasUser(now) && isSameJson(before.user, now.user);
}
