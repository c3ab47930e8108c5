import { useSelector } from '@xstate/react';
import type { CurrentSession } from './currentSession.ts';
import { useProvided } from './provided.ts';
import type { RegisteredView } from './register.ts';
import { useViewSource } from './useViewSource.ts';

/**
 * The session: its view, and `login`, `logout` and `refresh`. The component renders again whenever something
 * in the view changes, which each refresh does.
 *
 * @throws {Error} there is no `<SessionProvider>` above
 *
 * @example
 * ```tsx
 * import { useSession } from 'sessionchart/react';
 *
 * function SignOut() {
 *   const { logout } = useSession();
 *   return <button onClick={() => void logout()}>Sign out</button>;
 * }
 * ```
 */
export function useSession(): CurrentSession;
/**
 * One thing of the session. The component renders again only when that has changed.
 *
 * @param selector - a function of the view; it need not be the same one each time
 * @param isEqual - whether two values are the same. Default is `Object.is`
 * @throws {Error} there is no `<SessionProvider>` above
 *
 * @example
 * ```tsx
 * import { useSession } from 'sessionchart/react';
 *
 * function Status() {
 *   const status = useSession((view) => view.status);
 *   return <output>{status}</output>;
 * }
 * ```
 */
export function useSession<Selected>(
  selector: (view: RegisteredView) => Selected,
  isEqual?: (before: Selected, now: Selected) => boolean,
): Selected;
export function useSession(
  selector?: (view: RegisteredView) => unknown,
  isEqual: (before: unknown, now: unknown) => boolean = Object.is,
): unknown {
  const { describe } = useProvided();
  return useSelector(useViewSource(), selector ?? describe, isEqual);
}
