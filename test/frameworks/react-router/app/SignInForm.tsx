import { useState } from 'react';
import { session } from './session';

export function SignInForm() {
  const [problem, setProblem] = useState('');
  async function signIn(form: FormData) {
    const credentials = { username: String(form.get('username')), password: String(form.get('password')) };
    await session.login(credentials).catch((error: unknown) => setProblem(String(error)));
  }
  return (
    <form action={signIn}>
      <label>
        User name <input name="username" autoComplete="username" />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button>Sign in</button>
      <p role="alert">{problem}</p>
    </form>
  );
}
