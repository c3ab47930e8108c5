import { useEffect, useState } from 'react';
import { useSession } from 'sessionchart/react';
import { isAtProvider } from '../session.ts';
import { ProviderSignInAgain } from './ProviderSignInAgain.tsx';
import { SignInForm } from './SignInForm.tsx';

/**
 * Asks for the password, or for a sign-in at the provider, in front of the unchanged screen. The dialog is not modal, so that the devtools next to the
 * application stay usable; the screen behind it is inert instead.
 */
export function SignInAgain() {
  const { user, logout } = useSession();
  const [focused] = useState(() => document.activeElement);

  useEffect(
    () => () => {
      if (focused instanceof HTMLElement) focused.focus();
    },
    [focused],
  );

  return (
    <div className="scrim">
      <dialog open className="card" aria-labelledby="sign-in-again">
        <h2 id="sign-in-again">Please sign in again</h2>
        <p className="quiet">
          Your session has expired. Your work is still here, and pending orders are sent once you have signed
          in again.
        </p>
        {isAtProvider ? <ProviderSignInAgain /> : <SignInForm username={user?.username ?? ''} />}
        <button className="plain" type="button" onClick={() => void logout()}>
          Sign out instead
        </button>
      </dialog>
    </div>
  );
}
