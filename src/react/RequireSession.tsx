import { Fragment, type ReactElement, type ReactNode } from 'react';
import { screenOf } from './screens.ts';
import { useSession } from './useSession.ts';

export interface RequireSessionProps {
  /** Shown while the session is being restored. Default is nothing. */
  readonly fallback?: ReactNode;
  /** Shown while no user is signed in: a sign-in form, or a redirect to one. Default is nothing. */
  readonly signedOut?: ReactNode;
  /** Shown next to the children while the user should sign in again, for example a dialog. Default is nothing. */
  readonly expired?: ReactNode;
  /** Shown while a user is signed in, and while the session is expired. */
  readonly children?: ReactNode;
}

/**
 * Shows its children while a user is signed in. They stay mounted during a refresh and when the session expires, so
 * inputs keep their values until the same user has signed in again. For another user, and after a logout, they are
 * remounted.
 *
 * @example
 * ```tsx
 * import { RequireSession } from 'sessionchart/react';
 *
 * const page = (
 *   <RequireSession fallback={<p>One moment</p>} signedOut={<a href="/sign-in">Sign in</a>}>
 *     <textarea />
 *   </RequireSession>
 * );
 * ```
 */
export function RequireSession({
  fallback,
  signedOut,
  expired,
  children,
}: RequireSessionProps): ReactElement {
  const screen = useSession(screenOf);
  const identity = useSession((view) => view.identity);
  if (screen === 'restoring') return <Fragment key="fallback">{fallback}</Fragment>;
  if (screen === 'signedOut') return <Fragment key="signedOut">{signedOut}</Fragment>;
  return (
    <>
      <Fragment key={identity}>{children}</Fragment>
      {screen === 'expired' && expired}
    </>
  );
}
