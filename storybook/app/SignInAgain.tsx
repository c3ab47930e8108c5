import type { ReactElement } from 'react';
import { SignInForm } from './SignInForm.tsx';

/** Shown next to the page, which keeps its contents. */
export function SignInAgain(): ReactElement {
  return (
    <dialog open aria-label="Sign in again" className="sign-in-again">
      <SignInForm title="Please sign in again" />
      <p className="hint">Your message is still here.</p>
    </dialog>
  );
}
