import { SessionProvider, useSession, type RegisteredView } from 'sessionchart/react';
import { useEffect, useState } from 'react';
import { Outlet, useRevalidator } from 'react-router';
import { session } from '../session';
import { call, openSession, sessionContext } from '../sessions.server';
import { SignInForm } from '../SignInForm';
import type { Route } from './+types/layout';

export const middleware = [openSession];

/** Runs in parallel with the loaders of the pages: both call the API, and share one refresh. */
export async function loader({ context }: Route.LoaderArgs) {
  const session = context.get(sessionContext);
  const account = await call(session, (api) => api.get('me').json<{ username: string }>());
  return { account, view: session.getSnapshot() };
}

export default function Layout({ loaderData: { account, view } }: Route.ComponentProps) {
  return (
    <SessionProvider session={session} initialView={view}>
      <main>
        <h1>{account === null ? 'Welcome' : `Welcome, ${account.username}`}</h1>
        <Content view={view} />
      </main>
    </SessionProvider>
  );
}

function Content({ view }: { view: RegisteredView }) {
  const { status, user, isSignedIn } = useSession();
  useServerView(view);
  return (
    <>
      {isSignedIn ? <Outlet /> : <SignInForm />}
      <footer>
        <p>
          The session: <output id="status">{`${status} ${user?.username ?? ''}`.trim()}</output>
        </p>
        {isSignedIn && (
          <button className="secondary" onClick={() => void session.logout()}>
            Sign out
          </button>
        )}
      </footer>
    </>
  );
}

/** Keeps the page and its server together. */
function useServerView(view: RegisteredView): void {
  const { isSignedIn, isRestoring } = useSession();
  const { revalidate } = useRevalidator();
  const [isRenderedForUser] = useState(view.isSignedIn);
  const isOther = !isRestoring && isSignedIn !== view.isSignedIn;

  // Runs the loaders again after a sign-in and a sign-out, also of another tab.
  useEffect(() => {
    if (isOther) void revalidate();
  }, [isOther, revalidate]);

  // The session may have ended while no page was open: asks the server. Rejects if no user is signed in.
  useEffect(() => {
    if (isRenderedForUser) return;
    void session
      .ready()
      .then(() => session.refresh())
      .catch(() => undefined);
  }, [isRenderedForUser]);
}
