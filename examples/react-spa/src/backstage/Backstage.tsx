import { lazy, Suspense } from 'react';
import { auth, session } from '../session.ts';
import { Controls } from './Controls.tsx';
import { Counts } from './Counts.tsx';

/** The application continues if the file cannot be loaded, for example offline. */
const SessionDevtools = lazy(() =>
  import('sessionchart/devtools').then(
    ({ SessionDevtools }) => ({ default: SessionDevtools }),
    () => ({ default: NoDevtools }),
  ),
);

export function Backstage() {
  return (
    <aside className="backstage" aria-labelledby="backstage">
      <div className="curtain">
        <h2 id="backstage">Behind the scenes</h2>
        <Counts />
        <Controls />
      </div>
      <Suspense fallback={<p className="quiet">Loading the devtools…</p>}>
        <SessionDevtools session={session} {...(auth && { auth })} />
      </Suspense>
    </aside>
  );
}

function NoDevtools() {
  return <p className="quiet">The devtools could not be loaded. Try reloading the page.</p>;
}
