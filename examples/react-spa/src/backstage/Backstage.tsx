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

/** A dock would cover half of a phone. */
const isWide = matchMedia('(min-width: 64rem)').matches;

export function Backstage() {
  return (
    <>
      <aside className="curtain" aria-labelledby="backstage">
        <h2 id="backstage">Behind the scenes</h2>
        <Counts />
        <Controls />
      </aside>
      <Suspense>
        <SessionDevtools session={session} position="right" initialIsOpen={isWide} {...(auth && { auth })} />
      </Suspense>
    </>
  );
}

function NoDevtools() {
  return <p className="missing quiet">The devtools could not be loaded. Try reloading the page.</p>;
}
