import { Profiler } from 'react';
import { createRoot } from 'react-dom/client';
import { createSession, restContract, webStorageStore } from 'sessionchart';
import { SessionProvider, useSession } from 'sessionchart/react';
import { credentials, sendAtOnce } from './requests.ts';

/** A page with a session that its tabs share. `bench/browser.ts` calls its functions. */

interface User {
  readonly id: string;
}

const session = createSession<User, typeof credentials>({
  baseUrl: new URLSearchParams(location.search).get('api') ?? '',
  server: restContract<User, typeof credentials>({
    login: 'auth/login',
    refresh: 'auth/refresh',
    logout: 'auth/logout',
  }),
  store: webStorageStore<User>(localStorage),
  // Without a pause, since tokens expire one right after another.
  refresh: { cooldown: 0 },
  ky: { timeout: false },
  hold: { limit: 10_000 },
});

let renders = 0;

function Profile() {
  const { isSignedIn } = useSession();
  return <p>{isSignedIn ? 'Signed in' : 'Signed out'}</p>;
}

function Status() {
  return <output>{useSession((view) => view.isSignedIn) ? 'Signed in' : 'Signed out'}</output>;
}

const shown = { Profile, Status };

const bench = {
  async signIn(): Promise<void> {
    await session.ready();
    if (!session.getSnapshot().isSignedIn) await session.login(credentials);
  },
  signOut: () => session.logout(),
  send: (count: number) => sendAtOnce(() => session.fetch('api/items/1'), count),
  show(name: keyof typeof shown): void {
    const Shown = shown[name];
    createRoot(document.body.appendChild(document.createElement('main'))).render(
      <SessionProvider session={session}>
        <Profiler id={name} onRender={() => (renders += 1)}>
          <Shown />
        </Profiler>
      </SessionProvider>,
    );
  },
  /** The number of renders since the last call, once React has nothing left to render. */
  async renders(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const counted = renders;
    renders = 0;
    return counted;
  },
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
