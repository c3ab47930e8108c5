import { useState, useSyncExternalStore } from 'react';
import { Chart } from '../../../src/devtools/chart/Chart.tsx';
import { StateDetails } from '../../../src/devtools/chart/StateDetails.tsx';
import { HistoryTable } from '../../../src/devtools/history/HistoryTable.tsx';
import { useHistory } from '../../../src/devtools/history/useHistory.ts';
import { RequestTimeline } from '../../../src/devtools/requests/RequestTimeline.tsx';
import { style } from '../../../src/devtools/style.ts';
import type { LiveSession } from './liveSession.ts';
import type { Theme } from './mountChart.tsx';

interface ChartDemoProps {
  readonly live: LiveSession;
  readonly theme: Theme;
}

/** A live session with the devtools' chart, and buttons that change the session. */
export function ChartDemo({ live, theme }: ChartDemoProps) {
  const { session } = live;
  const view = useSyncExternalStore(session.subscribe, session.getSnapshot);
  const history = useHistory(session);
  const [selected, setSelected] = useState<string | null>(null);
  const current = history.at(-1)?.to ?? view.status;
  const shown = selected ?? current;
  return (
    <section
      className="sessionchart-devtools chart-demo"
      data-theme={theme}
      data-status={view.status}
      aria-label="A live session"
    >
      <style>{style}</style>
      <Buttons live={live} isSignedIn={view.isSignedIn} isBusy={view.isSigningIn} />
      <p role="status" className="chart-demo-status">
        The session is <code>{current}</code>.
      </p>
      <div className="sessionchart-columns">
        <div className="sessionchart-column">
          <Chart history={history} current={current} shown={shown} onSelect={setSelected} />
        </div>
        <div className="sessionchart-column">
          <StateDetails state={shown} isFollowing={selected === null} onSelect={setSelected} />
          <RequestTimeline session={session} />
          <HistoryTable history={history} />
        </div>
      </div>
    </section>
  );
}

interface ButtonsProps {
  readonly live: LiveSession;
  readonly isSignedIn: boolean;
  readonly isBusy: boolean;
}

function Buttons({ live, isSignedIn, isBusy }: ButtonsProps) {
  const [isOut, setOut] = useState(false);
  const switchOutage = (): void => {
    live.setOutage(!isOut);
    setOut(!isOut);
  };
  return (
    <div className="chart-demo-buttons">
      {isSignedIn ? (
        <button type="button" onClick={live.signOut}>
          Sign out
        </button>
      ) : (
        <button type="button" onClick={live.signIn} disabled={isBusy}>
          Sign in as ada
        </button>
      )}
      <button type="button" onClick={live.send}>
        Send five requests
      </button>
      <button type="button" onClick={live.expireAndSend}>
        Expire the access token, then send
      </button>
      <button type="button" onClick={live.revokeAndSend}>
        Revoke the session, then send
      </button>
      <button type="button" aria-pressed={isOut} onClick={switchOutage}>
        Refresh endpoint responds with 503
      </button>
    </div>
  );
}
