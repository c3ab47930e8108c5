import { useSelector } from '@xstate/react';
import type { CurrentSession } from './currentSession.ts';
import { useProvided } from './provided.ts';
import type { RegisteredView } from './register.ts';
import { useViewSource } from './useViewSource.ts';

/**
 * Returns the view, and the session's functions for a component. The component re-renders whenever the view changes, which
 * every refresh does.
 *
 * @throws {Error} there is no `<SessionProvider>` above this component
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
 * Returns one value from the view. The component re-renders only when that value changes.
 *
 * @param selector - receives the view and returns the value; it may be a new function at each render
 * @param isEqual - compares two values. Default is `Object.is`
 * @throws {Error} there is no `<SessionProvider>` above this component
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
