import { Fragment, useId } from 'react';
import type { HistoryEntry } from '../../session/history.ts';
import { Words } from '../Cause.tsx';
import { ClockTime } from '../ClockTime.tsx';
import { CopyButton } from './CopyButton.tsx';
import { historyText } from './historyText.ts';

/** The last transitions of the session, newest first. */
export function HistoryTable({ history }: { readonly history: readonly HistoryEntry[] }) {
  const heading = useId();
  return (
    <section className="sessionchart-history" aria-labelledby={heading}>
      <div className="sessionchart-heading">
        <h3 id={heading}>History</h3>
        <CopyButton text={() => historyText(history)} name="Copy history" />
      </div>
      <div className="sessionchart-scroll" role="group" aria-labelledby={heading} tabIndex={0}>
        <table aria-labelledby={heading}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Cause</th>
              <th scope="col">Server</th>
              <th scope="col" title="Generation of the tokens">
                Gen.
              </th>
            </tr>
          </thead>
          <tbody>
            {history.toReversed().map((entry, index) => (
              <HistoryRow key={history.length - index} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function HistoryRow({
  entry: { at, event, from, to, status, code, generation },
}: {
  readonly entry: HistoryEntry;
}) {
  return (
    <tr>
      <td>
        <ClockTime at={at} />
      </td>
      <th scope="row">
        <code>
          <Breakable name={event} />
        </code>
        <code className="sessionchart-move">
          {from === '' || from === to ? null : (
            <>
              <Breakable name={from} />{' '}
            </>
          )}
          {from === to ? 'stays in' : '→'} <Breakable name={to} />
        </code>
      </th>
      <td>
        <Words status={status} code={code} />
      </td>
      <td>{generation}</td>
    </tr>
  );
}

/** A name that may wrap after each dot. */
function Breakable({ name }: { readonly name: string }) {
  return name.split(/(?<=\.)/).map((part) => (
    <Fragment key={part}>
      {part}
      <wbr />
    </Fragment>
  ));
}
