import { Fragment, type ReactElement, type ReactNode } from 'react';
import { screenOf } from './screens.ts';
import { useSession } from './useSession.ts';

export interface RequireSessionProps {
  /** While the session is being restored. Default is nothing. */
  readonly fallback?: ReactNode;
  /** While nobody is signed in: a form, or what redirects to one. Default is nothing. */
  readonly signedOut?: ReactNode;
  /** Beside the children, while their user should sign in again: a dialog, mostly. Default is nothing. */
  readonly expired?: ReactNode;
  /** For a user who is signed in. */
  readonly children?: ReactNode;
}

/**
 * Shows its children to somebody who is signed in. They stay mounted through refreshes, and when the session
 * expires: what was typed is still there when the same user has signed in again. For another user, and after
 * a logout, they are mounted afresh.
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
