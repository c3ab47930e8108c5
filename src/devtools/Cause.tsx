import type { Failure, Reason } from '../../machines/index.ts';
import type { HistoryEntry } from '../session/history.ts';
import type { SessionView } from '../session/view.ts';
import { describeMove, describeReason } from './chart/transitions.ts';

export interface CauseProps {
  readonly view: SessionView;
  readonly history: readonly HistoryEntry[];
}

/** Events that report a failure and leave the session as it is. */
const setbacks: readonly string[] = [
  'server.rateLimited',
  'server.unavailable',
  'refresh.failed',
  'login.failed',
];

/** Why the session ended, and what failed last. */
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
        {answerLost ? ' An earlier response of the server was lost.' : ''}
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

/** The server's status and code. Some contracts use the status as the code: then it is shown once. */
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
