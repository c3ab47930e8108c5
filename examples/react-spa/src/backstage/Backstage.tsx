import { lazy, Suspense } from 'react';
import { session } from '../session.ts';
import { Controls } from './Controls.tsx';
import { Counts } from './Counts.tsx';

const SessionDevtools = lazy(async () => {
  const { SessionDevtools } = await import('sessionchart/devtools');
  return { default: SessionDevtools };
});

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
