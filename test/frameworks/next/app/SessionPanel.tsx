'use client';

import { SessionProvider, useSession, type RegisteredView } from 'sessionchart/react';
import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { session } from './session';

export function SessionPanel({
  initialView,
  children,
}: {
  initialView: RegisteredView;
  children: ReactNode;
}) {
  return (
    <SessionProvider session={session} initialView={initialView}>
      <Content>{children}</Content>
    </SessionProvider>
  );
}

function Content({ children }: { children: ReactNode }) {
  const { status, user, isSignedIn } = useSession();
  return (
    <>
      {isSignedIn ? <Account>{children}</Account> : <SignInForm />}
      <footer>
        The session: <output id="status">{`${status} ${user?.username ?? ''}`.trim()}</output>
      </footer>
    </>
  );
}

function Account({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [loaded, setLoaded] = useState('');
  async function load() {
    setLoaded(await session.api.get('api/items/1').text().catch(String));
  }
  async function signOut() {
    await session.logout();
    router.refresh();
  }
  return (
    <section>
      {children}
      <p>
        Loaded by the page <output id="loaded">{loaded}</output>
      </p>
      <button onClick={() => void load()}>Load the order</button>{' '}
      <button className="secondary" onClick={() => void signOut()}>
        Sign out
      </button>
    </section>
  );
}

function SignInForm() {
  const router = useRouter();
  async function signIn(form: FormData) {
    await session.login({ username: String(form.get('username')), password: String(form.get('password')) });
    router.refresh();
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
    </form>
  );
}
