import { lazy, Suspense } from 'react';
import { session } from '../session.ts';
import { Controls } from './Controls.tsx';
import { Counts } from './Counts.tsx';

/** A file that does not come, for want of a network say, must not take the application with it. */
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
        <SessionDevtools session={session} />
      </Suspense>
    </aside>
  );
}

function NoDevtools() {
  return <p className="quiet">The devtools could not be loaded. Loading the page again may help.</p>;
}
