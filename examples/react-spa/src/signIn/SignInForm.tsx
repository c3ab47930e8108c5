import { useId, useRef, useState, type SubmitEvent } from 'react';
import { useSession } from 'sessionchart/react';
import { problemOf } from './problemOf.ts';
import { TestUsers } from './TestUsers.tsx';

interface SignInFormProps {
  /** The user name to fill in. */
  readonly username?: string;
}

export function SignInForm({ username = '' }: SignInFormProps) {
  const { login, isSigningIn } = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const problemId = useId();

  async function signIn(fields: FormData) {
    setProblem(null);
    try {
      const credentials = { username: textOf(fields, 'username'), password: textOf(fields, 'password') };
      await login(credentials, { remember: fields.has('remember') });
    } catch (error) {
      setProblem(problemOf(error));
      password.current?.select();
    }
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!isSigningIn) void signIn(new FormData(event.currentTarget));
  }

  const field = { required: true, 'aria-describedby': problemId, 'aria-invalid': problem !== null };
  return (
    <form className="fields" ref={form} onSubmit={submit}>
      <label>
        User name
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={username}
          autoFocus={username === ''}
          {...field}
        />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          ref={password}
          autoFocus={username !== ''}
          {...field}
        />
      </label>
      <label className="choice">
        <input name="remember" type="checkbox" defaultChecked />
        Remember me on this device
      </label>
      <p id={problemId} className="problem" role="alert">
        {problem}
      </p>
      <button className="primary" type="submit" aria-disabled={isSigningIn}>
        {isSigningIn ? 'Signing in…' : 'Sign in'}
      </button>
      <TestUsers form={form} />
    </form>
  );
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
