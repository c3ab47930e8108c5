import type { Failure } from 'sessionchart';
import { useSession } from 'sessionchart/react';
import { useId, type ReactElement } from 'react';

/** The sign-in form. The session's view contains the last failure. */
export function SignInForm({ title }: { readonly title: string }): ReactElement {
  const { login, isSigningIn, error } = useSession();
  const heading = useId();
  return (
    <form
      aria-labelledby={heading}
      onSubmit={(event) => {
        event.preventDefault();
        void login(credentialsIn(event.currentTarget)).catch(() => undefined);
      }}
    >
      <h3 id={heading}>{title}</h3>
      <label>
        Name
        <input name="username" autoComplete="username" />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button disabled={isSigningIn}>{isSigningIn ? 'Signing in …' : 'Sign in'}</button>
      {error?.code === 'ERR_LOGIN_FAILED' && <p role="alert">{problem(error)}</p>}
    </form>
  );
}

/** Reads the fields at submit: React writes the value of a controlled field into the DOM, including passwords. */
function credentialsIn(form: HTMLFormElement) {
  const fields = new FormData(form);
  const text = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  return { username: text('username'), password: text('password') };
}

function problem({ verdict }: Failure): string {
  return verdict === 'invalidCredentials'
    ? 'Incorrect name or password.'
    : 'Sign-in failed. Please try again later.';
}
