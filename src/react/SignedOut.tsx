import type { ReactElement } from 'react';
import { WhileScreen, type WhileProps } from './WhileScreen.tsx';

/**
 * Shows its children while no user is signed in: before and during a sign-in, and after a logout, but not while the
 * session is being restored. If a sign-in fails, a form in the children keeps its inputs.
 *
 * @example
 * ```tsx
 * import { SignedOut } from 'sessionchart/react';
 *
 * const invitation = <SignedOut><a href="/sign-in">Sign in</a></SignedOut>;
 * ```
 */
export function SignedOut({ children }: WhileProps): ReactElement {
  return <WhileScreen screen="signedOut">{children}</WhileScreen>;
}
