import type { ReactElement } from 'react';
import { WhileScreen, type WhileProps } from './WhileScreen.tsx';

/**
 * Shows its children while somebody is signed in. A refresh does not unmount them; for another user they are
 * mounted afresh.
 *
 * @example
 * ```tsx
 * import { SignedIn } from 'sessionchart/react';
 *
 * const greeting = <SignedIn>{({ user }) => <p>Hello, {JSON.stringify(user)}</p>}</SignedIn>;
 * ```
 */
export function SignedIn({ children }: WhileProps): ReactElement {
  return <WhileScreen screen="signedIn">{children}</WhileScreen>;
}
