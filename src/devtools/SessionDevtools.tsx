import { useState, useSyncExternalStore } from 'react';
import type { Session } from '../session/session.ts';
import { ForceSection } from './answers/ForceSection.tsx';
import type { ForcedAnswer } from './answers/forcedAnswers.ts';
import { Chart } from './chart/Chart.tsx';
import { StateDetails } from './chart/StateDetails.tsx';
import { HistoryTable } from './history/HistoryTable.tsx';
import { useHistory } from './history/useHistory.ts';
import { RequestTimeline } from './requests/RequestTimeline.tsx';
import { style } from './style.ts';
import { Summary } from './Summary.tsx';
import { TabTable } from './tabs/TabTable.tsx';

export interface SessionDevtoolsProps {
  readonly session: Session;
  /**
   * `system` follows the reader's own preference.
   *
   * @default 'system'
   */
  readonly theme?: 'system' | 'light' | 'dark';
  /**
   * Answers of your server, offered before those that every server can give.
   *
   * @default []
   */
  readonly answers?: readonly ForcedAnswer[];
  /** The nonce of the panel's `<style>`, where the page's Content-Security-Policy asks for one. */
  readonly nonce?: string;
}

const noAnswers: readonly ForcedAnswer[] = [];

/**
 * A panel that shows a session: its chart with the state that it is in and the way that it came, what the server
 * said, the other tabs, requests on a line of time, and buttons to force any answer. For development: forcing answers stands
 * before the server. What it has changed is undone when it is unmounted.
 *
 * @example
 * ```tsx
 * import { lazy, Suspense } from 'react';
 *
 * const SessionDevtools = lazy(async () => ({ default: (await import('sessionchart/devtools')).SessionDevtools }));
 *
 * export const Devtools = () => (
 *   <Suspense>
 *     <SessionDevtools session={session} />
 *   </Suspense>
 * );
 * ```
 */
export function SessionDevtools({ session, ...rest }: SessionDevtoolsProps) {
  const [panel, setPanel] = useState({ session, key: 0 });
  // What was gathered of another session is dropped with it.
  if (panel.session !== session) setPanel({ session, key: panel.key + 1 });
  return <Panel key={panel.key} session={panel.session} {...rest} />;
}

function Panel({ session, theme = 'system', answers = noAnswers, nonce }: SessionDevtoolsProps) {
  const view = useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
  const history = useHistory(session);
  const [selected, setSelected] = useState<string | null>(null);
  const current = history.at(-1)?.to ?? view.status;
  const shown = selected ?? current;
  return (
    <section
      className="sessionchart-devtools"
      data-theme={theme}
      data-status={view.status}
      aria-label="Session devtools"
    >
      <style nonce={nonce}>{style}</style>
      <Summary session={session} view={view} history={history} />
      <div className="sessionchart-columns">
        <div className="sessionchart-column">
          <Chart history={history} current={current} shown={shown} onSelect={setSelected} />
          <StateDetails state={shown} isFollowing={selected === null} onSelect={setSelected} />
        </div>
        <div className="sessionchart-column">
          <TabTable session={session} view={view} />
          <RequestTimeline session={session} />
          <HistoryTable history={history} />
          <ForceSection session={session} answers={answers} />
        </div>
      </div>
    </section>
  );
}
