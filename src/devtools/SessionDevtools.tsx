import { useState, useSyncExternalStore } from 'react';
import type { ObservableProtocol } from '../observe/index.ts';
import type { Session } from '../session/session.ts';
import { ForceSection } from './answers/ForceSection.tsx';
import type { ForcedAnswer } from './answers/forcedAnswers.ts';
import { Chart } from './chart/Chart.tsx';
import { StateDetails } from './chart/StateDetails.tsx';
import { HistoryTable } from './history/HistoryTable.tsx';
import { useHistory } from './history/useHistory.ts';
import { ProtocolTable } from './protocol/ProtocolTable.tsx';
import { RequestTimeline } from './requests/RequestTimeline.tsx';
import { style } from './style.ts';
import { Summary } from './Summary.tsx';
import { TabTable } from './tabs/TabTable.tsx';

export interface SessionDevtoolsProps {
  readonly session: Session;
  /**
   * `system` follows the user's preference (`prefers-color-scheme`).
   *
   * @default 'system'
   */
  readonly theme?: 'system' | 'light' | 'dark';
  /**
   * Responses of your server, listed before the common ones.
   *
   * @default []
   */
  readonly answers?: readonly ForcedAnswer[];
  /** The result of `oauth()`, to list the steps of OAuth too. Default is none. */
  readonly auth?: ObservableProtocol;
  /** The nonce of the panel's `<style>`, if the page's Content-Security-Policy requires one. */
  readonly nonce?: string;
}

const noAnswers: readonly ForcedAnswer[] = [];

/**
 * A panel for development that shows a session: the chart with the current state and the transitions that led to it,
 * the server's error codes, the other tabs, and a timeline of requests. It can force any response of the server. When it
 * is unmounted, it undoes what it has forced.
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
  // Another session gets a new panel, without the data of the previous one.
  if (panel.session !== session) setPanel({ session, key: panel.key + 1 });
  return <Panel key={panel.key} session={panel.session} {...rest} />;
}

function Panel({ session, theme = 'system', answers = noAnswers, auth, nonce }: SessionDevtoolsProps) {
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
          {auth === undefined ? null : <ProtocolTable auth={auth} />}
          <HistoryTable history={history} />
          <ForceSection session={session} answers={answers} />
        </div>
      </div>
    </section>
  );
}
