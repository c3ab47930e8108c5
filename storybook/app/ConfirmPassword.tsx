import { useSession } from 'sessionchart/react';
import { useId, type ReactElement } from 'react';
import { displayName } from './displayName.ts';
import { problem, textIn } from './SignInForm.tsx';

/** Shown while the server asks the user to sign in again before it accepts an order. */
export function ConfirmPassword(): ReactElement | null {
  const { user, stepUp, login, cancelStepUp, isSigningIn, error } = useSession();
  const heading = useId();
  if (stepUp === null) return null;
  return (
    <dialog open aria-labelledby={heading} className="sign-in-again">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const credentials = {
            username: displayName(user),
            password: textIn(event.currentTarget, 'password'),
          };
          void login(credentials).catch(() => undefined);
        }}
      >
        <h3 id={heading}>Confirm your password</h3>
        <p className="hint">To protect your account, please enter your password before you order.</p>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" />
        </label>
        <button disabled={isSigningIn}>{isSigningIn ? 'Checking …' : 'Confirm'}</button>
        <button type="button" onClick={cancelStepUp}>
          Cancel
        </button>
        {error?.code === 'ERR_LOGIN_FAILED' && <p role="alert">{problem(error, 'Incorrect password.')}</p>}
      </form>
    </dialog>
  );
}
