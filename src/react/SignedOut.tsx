import type { ReactElement } from 'react';
import { WhileScreen, type WhileProps } from './WhileScreen.tsx';

/**
 * Shows its children while nobody is signed in: before, during a sign-in, and after a logout, but not while
 * the session is being restored. A sign-in that fails leaves a form as it was filled in.
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
