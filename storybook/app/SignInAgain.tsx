import type { ReactElement } from 'react';
import { SignInForm } from './SignInForm.tsx';

/** Beside what its user was doing, which stays as it is. */
export function SignInAgain(): ReactElement {
  return (
    <dialog open aria-label="Sign in again" className="sign-in-again">
      <SignInForm title="Please sign in again" />
      <p className="hint">What you have typed stays where it is.</p>
    </dialog>
  );
}
