import { sayDuration } from '../sayDuration.ts';
import { durationOf, stateOf, type LoggedRequest, type RequestPhase } from './requestLog.ts';
import type { TimeScale } from './timeScale.ts';

export interface RequestRowProps {
  readonly request: LoggedRequest;
  readonly scale: TimeScale;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function RequestRow({ request, scale, now }: RequestRowProps) {
  const { purpose, method, url, phases } = request;
  const state = stateOf(request);
  return (
    <tr data-purpose={purpose} data-outcome={state}>
      <th scope="row" title={url}>
        {purpose === 'api' ? null : <span className="sessionchart-chip">{purpose}</span>}
        <code>
          {method} {pathOf(url)}
        </code>
      </th>
      <td>
        <span className="sessionchart-bars" aria-hidden>
          {phases.map((phase, index) => (
            <Bar key={index} phase={phase} scale={scale} now={now} />
          ))}
        </span>
      </td>
      <td>
        <Outcome request={request} now={now} />
      </td>
    </tr>
  );
}

function Bar({
  phase,
  scale,
  now,
}: Pick<RequestRowProps, 'scale' | 'now'> & { readonly phase: RequestPhase }) {
  const left = scale(phase.from);
  const width = scale(phase.to ?? now) - left;
  return (
    <i
      data-kind={phase.kind}
      data-open={phase.to === null}
      data-verdict={verdictOf(phase)}
      style={{ left: `min(${left * 100}%, 100% - 3px)`, width: `${width * 100}%` }}
    />
  );
}

function verdictOf({ kind, to, status }: RequestPhase): 'good' | 'bad' | undefined {
  if (kind === 'held' || to === null) return undefined;
  return status !== null && status < 400 ? 'good' : 'bad';
}

function Outcome({ request, now }: Omit<RequestRowProps, 'scale'>) {
  const { phases, attempt, failure } = request;
  const state = stateOf(request);
  const statuses = phases.flatMap(({ status }) => status ?? []);
  const words = [...statuses, ...(state === 'held' || state === 'in flight' ? [state] : [])];
  const notes = [
    ...(state !== 'held' && phases.some(({ kind }) => kind === 'held') ? ['held'] : []),
    ...(attempt > 1 ? ['replayed'] : []),
    sayDuration(durationOf(request, now)),
  ];
  return (
    <>
      <b className="sessionchart-outcome">{words.join(' → ')}</b>
      {failure === null ? null : <code className="sessionchart-failure">{failure}</code>}
      <span className="sessionchart-notes">{notes.join(' · ')}</span>
    </>
  );
}

function pathOf(url: string): string {
  const path = new URL(url).pathname;
  return path === '' ? '/' : path;
}
