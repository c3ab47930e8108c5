import { isSessionExpiredError } from 'sessionchart';
import type { RequestSession } from 'sessionchart/server';
import { Suspense } from 'react';
import { SessionPanel } from './SessionPanel';
import { openSession } from './sessions';

export default function Page() {
  return (
    <Suspense fallback={<p>Loading</p>}>
      <Order />
    </Suspense>
  );
}

async function Order() {
  using session = await openSession();
  const order = await loadOrder(session);
  const view = session.getSnapshot();
  return (
    <>
      <h1>{view.isSignedIn ? `Welcome, ${view.user?.username}` : 'Welcome'}</h1>
      <SessionPanel initialView={view}>
        <p>
          Rendered by the server <output id="rendered">{JSON.stringify(order)}</output>
        </p>
      </SessionPanel>
    </>
  );
}

async function loadOrder(session: RequestSession): Promise<unknown> {
  if (!session.getSnapshot().isSignedIn) return null;
  try {
    return await session.api.get('items/1').json();
  } catch (error) {
    // The API has ended the session, for example because the user has signed out everywhere.
    if (isSessionExpiredError(error)) return null;
    throw error;
  }
}
