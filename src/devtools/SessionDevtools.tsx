import { useState, useSyncExternalStore } from 'react';
import type { ObservableProtocol } from '../observe/index.ts';
import type { Session } from '../session/session.ts';
import { DockBar, OpenButton } from './dock/DockButtons.tsx';
import type { DockChoice, DockPosition } from './dock/dockChoice.ts';
import { useDock, type Dock } from './dock/useDock.ts';
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
  /**
   * `inline` renders the panel in its container. `bottom` and `right` dock it at that side of the window: a button in the corner
   * opens the panel, and buttons in the panel move and close it. The user's choice is remembered in `localStorage`. The page
   * gets a padding at that side while the panel is open.
   *
   * @default 'inline'
   */
  readonly position?: 'inline' | DockPosition;
  /**
   * Whether a docked panel is open until the user has opened or closed it.
   *
   * @default false
   */
  readonly initialIsOpen?: boolean;
  /** The nonce of the panel's `<style>`, if the page's Content-Security-Policy requires one. */
  readonly nonce?: string;
}

const noAnswers: readonly ForcedAnswer[] = [];

/**
 * A panel for development that shows a session: the chart with the current state and the transitions that led to it,
 * the server's error codes, the other tabs, and a timeline of requests. It can force any response of the server. When it
 * is unmounted, it undoes what it has forced; a docked panel that is closed stays mounted.
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
export function SessionDevtools({
  session,
  position = 'inline',
  initialIsOpen = false,
  ...rest
}: SessionDevtoolsProps) {
  const [panel, setPanel] = useState({ session, key: 0 });
  // Another session gets a new panel, without the data of the previous one.
  if (panel.session !== session) setPanel({ session, key: panel.key + 1 });
  const props = { ...rest, session: panel.session };
  return position === 'inline' ? (
    <Panel key={panel.key} dock={null} {...props} />
  ) : (
    <DockedPanel key={panel.key} initial={{ isOpen: initialIsOpen, position }} {...props} />
  );
}

type PanelProps = Omit<SessionDevtoolsProps, 'position' | 'initialIsOpen'>;

function DockedPanel({ initial, ...props }: PanelProps & { readonly initial: DockChoice }) {
  return <Panel dock={useDock(initial)} {...props} />;
}

function Panel({
  session,
  theme = 'system',
  answers = noAnswers,
  auth,
  nonce,
  dock,
}: PanelProps & { readonly dock: Dock | null }) {
  const view = useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
  const history = useHistory(session);
  const [selected, setSelected] = useState<string | null>(null);
  const current = history.at(-1)?.to ?? view.status;
  const shown = selected ?? current;
  return (
    <>
      {dock === null ? null : <OpenButton dock={dock} theme={theme} status={view.status} />}
      <section
        className="sessionchart-devtools"
        data-theme={theme}
        data-status={view.status}
        data-position={dock?.position}
        hidden={dock?.isOpen === false}
        aria-label="Session devtools"
      >
        <style nonce={nonce}>{style}</style>
        {dock === null ? null : <DockBar dock={dock} />}
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
    </>
  );
}
