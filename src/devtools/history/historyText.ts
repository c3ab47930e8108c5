import type { HistoryEntry } from '../../session/history.ts';

/** The history as text for a bug report: one line per transition, oldest first. */
export function historyText(history: readonly HistoryEntry[]): string {
  return history
    .map(({ at, event, from, to, status, code, sessionId, generation }) =>
      [
        new Date(at).toISOString(),
        event,
        `${from === '' ? '' : `${from} `}-> ${to}`,
        ...new Set([status, code].filter((word) => word !== null).map(String)),
        `generation ${generation}`,
        ...(sessionId === null ? [] : [`session ${sessionId.slice(0, 8)}`]),
      ].join('  '),
    )
    .join('\n');
}
