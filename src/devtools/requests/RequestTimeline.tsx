import { useId, useMemo, useSyncExternalStore } from 'react';
import { observeRequests } from '../../observe/index.ts';
import type { Session } from '../../session/session.ts';
import { useNow } from '../useNow.ts';
import { addStep, stateOf, type LoggedRequest } from './requestLog.ts';
import { RequestRow } from './RequestRow.tsx';
import { createTimeScale } from './timeScale.ts';

const noRequests: readonly LoggedRequest[] = [];

/** How often growing bars are drawn, in milliseconds. */
const frame = 250;

/** A timeline of the session's requests: waiting, in flight, answered, replayed. */
export function RequestTimeline({ session }: { readonly session: Session }) {
  const heading = useId();
  const { subscribe, read } = useMemo(() => createStore(session), [session]);
  const steps = useSyncExternalStore(subscribe, read, read);
  const log = useMemo(() => steps.reduce(addStep, noRequests), [steps]);
  const isBusy = log.some((request) => ['held', 'in flight'].includes(stateOf(request)));
  const ticks = useNow(session.clock, { every: isBusy ? frame : null, at: 0 });
  const latest = Math.max(ticks, ...log.flatMap(({ phases }) => phases.map(({ from, to }) => to ?? from)));
  const scale = createTimeScale(log, latest);
  return (
    <section className="sessionchart-requests" aria-labelledby={heading}>
      <div className="sessionchart-heading">
        <h3 id={heading}>Requests over time</h3>
        <Legend />
      </div>
      {log.length === 0 ? (
        <p className="sessionchart-empty">No requests yet.</p>
      ) : (
        <div className="sessionchart-scroll" role="group" aria-labelledby={heading} tabIndex={0}>
          <table aria-labelledby={heading}>
            <thead>
              <tr>
                <th scope="col">Request</th>
                <th scope="col">Timeline</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              {log.toReversed().map((request) => (
                <RequestRow key={request.id} request={request} scale={scale} now={latest} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function createStore(session: Session) {
  const events = observeRequests(session);
  return {
    read: events.steps,
    // A request may start while another component renders.
    subscribe: (listener: () => void) => events.subscribe(() => queueMicrotask(listener)),
  };
}

function Legend() {
  return (
    <span className="sessionchart-legend" aria-hidden>
      <i data-kind="held" /> held <i data-kind="sent" /> in flight <i data-verdict="good" /> answered{' '}
      <i data-verdict="bad" /> refused
    </span>
  );
}
