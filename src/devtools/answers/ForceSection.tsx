import { useEffect, useId, useState, useSyncExternalStore } from 'react';
import { observeRequests } from '../../observe/index.ts';
import type { Session } from '../../session/session.ts';
import { ForceAnswer } from './ForceAnswer.tsx';
import { ForceVerdict } from './ForceVerdict.tsx';
import type { ForcedAnswer } from './forcedAnswers.ts';
import { createInterceptions, type Interceptions } from './interceptions.ts';
import { NetworkSwitch } from './NetworkSwitch.tsx';

export interface ForceSectionProps {
  readonly session: Session;
  readonly answers: readonly ForcedAnswer[];
}

/** Forces responses and verdicts, and cuts the network, until the panel is closed. */
export function ForceSection({ session, answers }: ForceSectionProps) {
  const heading = useId();
  const [interceptions] = useState(() => createInterceptions(observeRequests(session)));
  useEffect(() => interceptions.clear, [interceptions]);
  return (
    <section className="sessionchart-force" aria-labelledby={heading}>
      <h3 id={heading}>Force a response</h3>
      <ForceAnswer answers={answers} interceptions={interceptions} />
      <ActiveInterceptions interceptions={interceptions} />
      <ForceVerdict session={session} />
      <NetworkSwitch session={session} interceptions={interceptions} />
    </section>
  );
}

function ActiveInterceptions({ interceptions }: { readonly interceptions: Interceptions }) {
  const all = useSyncExternalStore(interceptions.subscribe, interceptions.list, interceptions.list);
  // The network switch shows its own state.
  const active = all.filter(({ purpose }) => purpose !== null);
  if (active.length === 0) return null;
  return (
    <ul className="sessionchart-active" aria-label="Forced responses">
      {active.map(({ id, name, purpose, isOnce }) => (
        <li key={id}>
          <code>
            {purpose} → {name}
          </code>
          <span>{isOnce ? 'once' : 'until removed'}</span>
          <button type="button" aria-label={`Remove ${name}`} onClick={() => interceptions.remove(id)}>
            Remove
          </button>
        </li>
      ))}
    </ul>
  );
}
