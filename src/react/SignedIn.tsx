import type { ReactElement } from 'react';
import { WhileScreen, type WhileProps } from './WhileScreen.tsx';

/**
 * Shows its children while a user is signed in. They stay mounted during a refresh, and are remounted for another
 * user.
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
