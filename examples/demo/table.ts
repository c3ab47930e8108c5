import { styleText } from 'node:util';
import { calls, type Result } from './run.ts';
import type { Server } from './servers.ts';

/** The figures in the order of what happens, and what they mean. */
const columns = {
  requests: 'that reached the API',
  refused: 'of them answered with 401 or 403, since the access token had expired',
  refreshes: 'made meanwhile, by all calls together',
  replays: 'requests sent once more, with the new access token',
  answered: `of the ${calls} calls got what they had asked for`,
} as const;

const names = [
  'requests',
  'refused',
  'refreshes',
  'replays',
  'answered',
] as const satisfies readonly (keyof typeof columns)[];
const gap = '  ';

/** The first column, where the server's name stands. */
export function inFirstColumn(text: string): string {
  return text.padEnd(10) + gap;
}

export function heading(): string {
  const line = inFirstColumn('server') + [...names, 'outcome'].join(gap);
  return `${styleText('bold', line)}\n${inFirstColumn('')}${styleText('dim', 'states gone through')}`;
}

/** One server: the figures, and under them the states that its session went through. */
export function row({ dialect }: Server, { figures, outcome }: Result, isRight: boolean): string {
  const cells = names.map((name) => String(figures[name]).padStart(name.length));
  const line = inFirstColumn(dialect) + [...cells, ending(outcome)].join(gap);
  const states = outcome.states.join(' → ');
  return `${styleText(isRight ? 'green' : 'red', line)}\n${inFirstColumn('')}${styleText('dim', states)}`;
}

function ending({ states, because, code, areTokensWiped }: Result['outcome']): string {
  const words = [because?.replace('server.', '') ?? 'still open', code].filter((word) => word !== null);
  return `${states.at(-1) ?? 'none'} (${words.join(', ')})${areTokensWiped ? '' : ', tokens not wiped'}`;
}

/** What the headings mean. */
export function legend(): string {
  return Object.entries(columns)
    .map(([name, meaning]) => styleText('dim', inFirstColumn(name) + meaning))
    .join('\n');
}
