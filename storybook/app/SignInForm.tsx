import type { Failure } from 'sessionchart';
import { useSession } from 'sessionchart/react';
import { useId, type ReactElement } from 'react';
import { ada, secondStep } from '../stage/World.ts';

interface SignInFormProps {
  readonly title: string;
}

/** The sign-in form: the name and the password, then the code if the server asks for one. */
export function SignInForm({ title }: SignInFormProps): ReactElement {
  return useSession((view) => view.isChallenged) ? <CodeForm /> : <PasswordForm title={title} />;
}

function CodeForm(): ReactElement {
  const { login, cancelLogin, isSigningIn, error } = useSession();
  const heading = useId();
  return (
    <form
      aria-labelledby={heading}
      onSubmit={(event) => {
        event.preventDefault();
        void login({ code: textIn(event.currentTarget, 'code') }).catch(() => undefined);
      }}
    >
      <h3 id={heading}>Enter your code</h3>
      <label>
        Code
        <input name="code" inputMode="numeric" autoComplete="one-time-code" defaultValue={secondStep.code} />
      </label>
      <button disabled={isSigningIn}>{isSigningIn ? 'Checking …' : 'Send the code'}</button>
      <button type="button" disabled={isSigningIn} onClick={cancelLogin}>
        Back
      </button>
      {error?.code === 'ERR_LOGIN_FAILED' && <p role="alert">{problem(error, 'Wrong code.')}</p>}
    </form>
  );
}

/** A test user is filled in. The session's view contains the last failure. */
function PasswordForm({ title }: SignInFormProps): ReactElement {
  const { login, isSigningIn, error } = useSession();
  const heading = useId();
  return (
    <form
      aria-labelledby={heading}
      onSubmit={(event) => {
        event.preventDefault();
        const remember = new FormData(event.currentTarget).has('remember');
        void login(credentialsIn(event.currentTarget), { remember }).catch(() => undefined);
      }}
    >
      <h3 id={heading}>{title}</h3>
      <label>
        Name
        <input name="username" autoComplete="username" defaultValue={ada.username} />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" defaultValue={ada.password} />
      </label>
      <label className="choice">
        <input name="remember" type="checkbox" defaultChecked />
        Remember me
      </label>
      <button disabled={isSigningIn}>{isSigningIn ? 'Signing in …' : 'Sign in'}</button>
      {error?.code === 'ERR_LOGIN_FAILED' && (
        <p role="alert">{problem(error, 'Incorrect name or password.')}</p>
      )}
    </form>
  );
}

/** Reads the fields at submit: React writes the value of a controlled field into the DOM, including passwords. */
function credentialsIn(form: HTMLFormElement) {
  return { username: textIn(form, 'username'), password: textIn(form, 'password') };
}

export function textIn(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
}

export function problem({ verdict }: Failure, wrong: string): string {
  return verdict === 'invalidCredentials' ? wrong : 'Sign-in failed. Please try again later.';
}
