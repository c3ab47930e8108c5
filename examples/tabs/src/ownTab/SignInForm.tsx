import { useState, type SubmitEvent } from 'react';
import { isIdentityChangedError, isLoginFailedError } from 'sessionchart';
import { session, useSessionView } from '../session.ts';

export function SignInForm() {
  const { isSigningIn } = useSessionView();
  const [problem, setProblem] = useState('');

  async function signIn(fields: FormData) {
    setProblem('');
    try {
      await session.login({ username: textOf(fields, 'username'), password: textOf(fields, 'password') });
    } catch (error) {
      setProblem(problemOf(error));
    }
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!isSigningIn) void signIn(new FormData(event.currentTarget));
  }

  return (
    <form onSubmit={submit}>
      <label>
        User name
        <input name="username" autoComplete="username" autoCapitalize="none" defaultValue="ada" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <p className="problem" role="alert">
        {problem}
      </p>
      <button className="primary" type="submit" aria-disabled={isSigningIn}>
        {isSigningIn ? 'Signing in…' : 'Sign in in all tabs'}
      </button>
      <p className="quiet">
        You can sign in as <code>ada</code> or <code>grace</code>. The terminal that started this page shows
        their passwords.
      </p>
    </form>
  );
}

function problemOf(error: unknown): string {
  // Another tab has signed in first.
  if (isIdentityChangedError(error)) return '';
  const isWrong = isLoginFailedError(error) && error.status === 401;
  return isWrong ? 'Incorrect user name or password.' : 'Sign-in failed. Please try again.';
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
