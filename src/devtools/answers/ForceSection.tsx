import { useEffect, useId, useState, useSyncExternalStore } from 'react';
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

/** Any answer of the server, any verdict, and a network that is gone; all of it until the panel is closed. */
export function ForceSection({ session, answers }: ForceSectionProps) {
  const heading = useId();
  const [interceptions] = useState(() => createInterceptions(session.requests));
  useEffect(() => interceptions.clear, [interceptions]);
  return (
    <section className="sessionchart-force" aria-labelledby={heading}>
      <h3 id={heading}>Force an answer</h3>
      <ForceAnswer answers={answers} interceptions={interceptions} />
      <ActiveInterceptions interceptions={interceptions} />
      <ForceVerdict session={session} />
      <NetworkSwitch session={session} interceptions={interceptions} />
    </section>
  );
}

function ActiveInterceptions({ interceptions }: { readonly interceptions: Interceptions }) {
  const all = useSyncExternalStore(interceptions.subscribe, interceptions.list, interceptions.list);
  // The network has a switch of its own.
  const active = all.filter(({ purpose }) => purpose !== null);
  if (active.length === 0) return null;
  return (
    <ul className="sessionchart-active" aria-label="Answers in force">
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
