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
  const { isSignedIn } = session.getSnapshot();
  const order: unknown = isSignedIn ? await session.api.get('items/1').json() : null;
  const view = session.getSnapshot();
  return (
    <>
      <h1>{view.user === null ? 'Welcome' : `Welcome, ${view.user.username}`}</h1>
      <p>
        Rendered by the server: <output id="rendered">{JSON.stringify(order)}</output>
      </p>
      <SessionPanel initialView={view} />
    </>
  );
}
