import type { Failure, Reason } from '../../machines/index.ts';
import type { HistoryEntry } from '../session/history.ts';
import type { SessionView } from '../session/view.ts';
import { describeMove, describeReason } from './chart/transitions.ts';

export interface CauseProps {
  readonly view: SessionView;
  readonly history: readonly HistoryEntry[];
}

/** What leaves an error, and the session as it is. */
const setbacks: readonly string[] = [
  'server.rateLimited',
  'server.unavailable',
  'refresh.failed',
  'login.failed',
];

/** Why the session ended, and what failed last: the answer to the support question. */
export function Cause({ view: { reason, error }, history }: CauseProps) {
  return (
    <>
      {error === null ? null : <LastFailure error={error} history={history} />}
      {reason === null ? null : <End reason={reason} />}
    </>
  );
}

function End({ reason: { type, status, code, answerLost } }: { readonly reason: Reason }) {
  return (
    <div className="sessionchart-cause" data-kind={type.startsWith('server.') ? 'refused' : 'over'}>
      <p>
        <code>{type}</code> <Words status={status} code={code} />
      </p>
      <p>
        {describeReason(type)}
        {answerLost ? ' An earlier answer of the server was lost.' : ''}
      </p>
    </div>
  );
}

function LastFailure({ error, history }: Pick<CauseProps, 'history'> & { readonly error: Failure }) {
  const setback = history.findLast(({ event }) => setbacks.includes(event));
  return (
    <div className="sessionchart-cause" data-kind="failure">
      <p>
        <code>{error.code}</code> <Words status={error.status} code={error.serverCode} />
      </p>
      {setback === undefined ? null : <p>{describeMove(setback)}</p>}
    </div>
  );
}

/** The server's own words. Where it has no code of its own, some contracts take the status for one. */
export function Words({
  status,
  code,
}: {
  readonly status: number | null;
  readonly code: string | number | null;
}) {
  if (status === null && code === null) return null;
  return (
    <span className="sessionchart-words">
      {status === null ? null : <b>{status}</b>}{' '}
      {code === null || String(code) === String(status) ? null : <code>{code}</code>}
    </span>
  );
}
