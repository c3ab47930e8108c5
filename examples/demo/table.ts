import { styleText } from 'node:util';
import { calls, type Result } from './run.ts';
import type { Server } from './servers.ts';

/** The figures, in the order in which they happen, and their meaning. */
const columns = {
  requests: 'requests that reached the API',
  refused: 'requests refused with 401 or 403, because the access token had expired',
  refreshes: 'refreshes by all calls together',
  replays: 'requests sent again with the new access token',
  answered: `calls that succeeded, of ${calls}`,
} as const;

const names = [
  'requests',
  'refused',
  'refreshes',
  'replays',
  'answered',
] as const satisfies readonly (keyof typeof columns)[];
const gap = '  ';

/** Pads a text to the width of the first column. */
export function inFirstColumn(text: string): string {
  return text.padEnd(10) + gap;
}

export function heading(): string {
  const line = inFirstColumn('server') + [...names, 'outcome'].join(gap);
  return `${styleText('bold', line)}\n${inFirstColumn('')}${styleText('dim', 'states of the session')}`;
}

/** Two lines per server: the figures, and the states of its session. */
export function row({ dialect }: Server, { figures, outcome }: Result, isRight: boolean): string {
  const cells = names.map((name) => String(figures[name]).padStart(name.length));
  const line = inFirstColumn(dialect) + [...cells, ending(outcome)].join(gap);
  const states = outcome.states.join(' → ');
  return `${styleText(isRight ? 'green' : 'red', line)}\n${inFirstColumn('')}${styleText('dim', states)}`;
}

function ending({ states, because, code, areTokensWiped }: Result['outcome']): string {
  const words = [because?.replace('server.', '') ?? 'still signed in', code].filter((word) => word !== null);
  return `${states.at(-1) ?? 'none'} (${words.join(', ')})${areTokensWiped ? '' : ', tokens not wiped'}`;
}

/** Explains the headings. */
export function legend(): string {
  return Object.entries(columns)
    .map(([name, meaning]) => styleText('dim', inFirstColumn(name) + meaning))
    .join('\n');
}
