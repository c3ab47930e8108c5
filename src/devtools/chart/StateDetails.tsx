import { useId } from 'react';
import { anyState } from './drawing.ts';
import { describeState, type Possibility } from './transitions.ts';

export interface StateDetailsProps {
  readonly state: string;
  readonly isFollowing: boolean;
  readonly onSelect: (state: string | null) => void;
}

/** The description of a state, and the events that it handles. */
export function StateDetails({ state, isFollowing, onSelect }: StateDetailsProps) {
  const heading = useId();
  const { description, tags, possibilities } = describeState(state);
  const moves = possibilities.filter(({ target }) => target !== null);
  const stays = possibilities.filter(({ target }) => target === null);
  return (
    <section className="sessionchart-details" aria-labelledby={heading}>
      <div className="sessionchart-title">
        <h3 id={heading}>
          <code>{state === anyState ? 'any state' : state}</code>
        </h3>
        {tags.map((tag) => (
          <span key={tag} className="sessionchart-chip">
            {tag}
          </span>
        ))}
        {isFollowing ? null : (
          <button type="button" onClick={() => onSelect(null)}>
            Follow the session
          </button>
        )}
      </div>
      <p>{description}</p>
      <div className="sessionchart-scroll" role="group" aria-label={`Events in ${state}`} tabIndex={0}>
        <Possibilities all={moves} onSelect={onSelect} />
        {stays.length === 0 ? null : (
          <details>
            <summary>
              {stays.length} {stays.length === 1 ? 'event does' : 'events do'} not change the state
            </summary>
            <Possibilities all={stays} onSelect={onSelect} />
          </details>
        )}
      </div>
    </section>
  );
}

interface PossibilitiesProps {
  readonly all: readonly Possibility[];
  readonly onSelect: (state: string) => void;
}

function Possibilities({ all, onSelect }: PossibilitiesProps) {
  return (
    <ul className="sessionchart-possibilities">
      {all.map(({ event, source, target, guard, description }, index) => (
        <li key={index}>
          <code>{event}</code>
          {guard === null ? null : <span className="sessionchart-guard">if {guard}</span>}
          {target === null ? null : (
            <button type="button" className="sessionchart-target" onClick={() => onSelect(target)}>
              <span aria-hidden>→</span> {target}
            </button>
          )}
          <p>{description}</p>
          {source === anyState ? <p>Applies to every state.</p> : null}
        </li>
      ))}
    </ul>
  );
}
