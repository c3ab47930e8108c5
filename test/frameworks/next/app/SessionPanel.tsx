'use client';

import { SessionProvider, useSession, type RegisteredView } from 'sessionchart/react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { session } from './session';

export function SessionPanel({ initialView }: { initialView: RegisteredView }) {
  return (
    <SessionProvider session={session} initialView={initialView}>
      <Controls />
    </SessionProvider>
  );
}

function Controls() {
  const { status, user } = useSession();
  const router = useRouter();
  const [loaded, setLoaded] = useState('');
  async function signIn(form: FormData) {
    await session.login({ username: String(form.get('username')), password: String(form.get('password')) });
    router.refresh();
  }
  async function load() {
    setLoaded(await session.api.get('api/items/1').text().catch(String));
  }
  return (
    <>
      <form action={signIn}>
        <label>
          User name <input name="username" autoComplete="username" />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" />
        </label>
        <button>Sign in</button>
      </form>
      <button onClick={() => void load()}>Load the order</button>
      <button onClick={() => void session.logout()}>Sign out</button>
      <p>
        The session: <output id="status">{`${status} ${user?.username ?? ''}`.trim()}</output>
      </p>
      <p>
        Loaded by the page: <output id="loaded">{loaded}</output>
      </p>
    </>
  );
}
