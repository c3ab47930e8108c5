import { useId, useMemo, useSyncExternalStore } from 'react';
import { observeProtocol, type ObservableProtocol } from '../../observe/index.ts';
import { ProtocolRow } from './ProtocolRow.tsx';

/** The last steps of OAuth and OpenID Connect, newest first. */
export function ProtocolTable({ auth }: { readonly auth: ObservableProtocol }) {
  const heading = useId();
  const { subscribe, read } = useMemo(() => createStore(auth), [auth]);
  const steps = useSyncExternalStore(subscribe, read, read);
  return (
    <section className="sessionchart-protocol" aria-labelledby={heading}>
      <h3 id={heading}>OAuth steps</h3>
      {steps.length === 0 ? (
        <p className="sessionchart-empty">No steps yet.</p>
      ) : (
        <div className="sessionchart-scroll" role="group" aria-labelledby={heading} tabIndex={0}>
          <table aria-labelledby={heading}>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Step</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              {steps.toReversed().map((step) => (
                <ProtocolRow key={step.id} step={step} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function createStore(auth: ObservableProtocol) {
  const events = observeProtocol(auth);
  return {
    read: events.steps,
    // A step may begin while another component renders.
    subscribe: (listener: () => void) => events.subscribe(() => queueMicrotask(listener)),
  };
}
