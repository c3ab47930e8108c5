import { useSelector } from '@xstate/react';
import type { HistoryEntry } from '../session/history.ts';
import type { Session } from '../session/session.ts';
import type { StepUp } from '../../machines/index.ts';
import type { SessionView } from '../session/view.ts';
import { Countdown } from './Countdown.tsx';
import { Cause } from './Cause.tsx';

export interface SummaryProps {
  readonly session: Session;
  readonly view: SessionView;
  readonly history: readonly HistoryEntry[];
}

/** The state, the user, the token's lifetime, and why the session ended. */
export function Summary({ session, view, history }: SummaryProps) {
  const sessionId = useSelector(session.actor, ({ context }) => context.sessionId);
  const generation = useSelector(session.actor, ({ context }) => context.generation);
  const inside = history.at(-1)?.to.slice(view.status.length + 1) ?? '';
  return (
    <header className="sessionchart-summary">
      <div className="sessionchart-headline">
        <p className="sessionchart-status" data-status={view.status}>
          <strong>{view.status}</strong>
          {inside === '' ? null : <span>{inside}</span>}
        </p>
        <Countdown clock={session.clock} view={view} />
        <Commands session={session} view={view} />
      </div>
      <dl className="sessionchart-facts">
        <Fact name="User" value={view.user === null ? 'none' : shortJson(view.user)} />
        <Fact name="Session" value={sessionId === null ? 'none' : sessionId.slice(0, 8)} />
        <Fact name="Generation" value={String(generation)} />
        {view.stepUp === null ? null : <Fact name="Waits for a sign-in" value={stepUpText(view.stepUp)} />}
      </dl>
      <Cause view={view} history={history} />
    </header>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The view and the history show the failure. */
const ignore = () => undefined;

function Commands({ session, view }: Omit<SummaryProps, 'history'>) {
  const canRefresh = useSelector(session.actor, ({ context }) => context.canRefresh);
  const isOver = view.status === 'loggedOut';
  return (
    <p className="sessionchart-commands">
      <button
        type="button"
        disabled={!view.isSignedIn || !canRefresh}
        onClick={() => void session.refresh().catch(ignore)}
      >
        Refresh now
      </button>
      <button type="button" disabled={isOver} onClick={() => void session.logout()}>
        Log out
      </button>
    </p>
  );
}

/** What the server asks for, in the words of its challenge (RFC 9470, section 3). */
function stepUpText({ acrValues, maxAge }: StepUp): string {
  const asked = [
    ...(acrValues === null ? [] : [`acr_values ${acrValues}`]),
    ...(maxAge === null ? [] : [`max_age ${maxAge} s`]),
  ];
  return asked.length === 0 ? 'any' : asked.join(', ');
}

const longestJson = 120;

function shortJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > longestJson ? `${json.slice(0, longestJson - 1)}…` : json;
}
