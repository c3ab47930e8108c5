import { useEffect, useState } from 'react';
import { useSession } from 'sessionchart/react';
import { SignInForm } from './SignInForm.tsx';

/**
 * Asks for the password over a screen that stays as it is. The dialog is not modal, so that the devtools beside
 * the application can be used meanwhile: the screen below it is inert instead.
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
          Your session has expired. Nothing is lost: what you have begun is still here, and what you have sent
          goes on as soon as you are back.
        </p>
        <SignInForm username={user?.username ?? ''} />
        <button className="plain" type="button" onClick={() => void logout()}>
          Sign out instead
        </button>
      </dialog>
    </div>
  );
}
