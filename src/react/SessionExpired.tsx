import type { ReactElement } from 'react';
import { WhileScreen, type WhileProps } from './WhileScreen.tsx';

/**
 * Shows its children while the session is expired and the user should sign in again, and during that sign-in.
 *
 * @example
 * ```tsx
 * import { SessionExpired } from 'sessionchart/react';
 *
 * const notice = <SessionExpired>{({ reason }) => <p>Please sign in again ({reason?.code})</p>}</SessionExpired>;
 * ```
 */
export function SessionExpired({ children }: WhileProps): ReactElement {
  return <WhileScreen screen="expired">{children}</WhileScreen>;
}
