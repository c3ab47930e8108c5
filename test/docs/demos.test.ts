import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { races, type RaceName } from '../../docs/demos/races/races.ts';
import { factsOf, isRight, runRace } from '../../docs/demos/races/runRace.ts';
import { root } from './snippets.ts';

const names = Object.keys(races) as RaceName[];

/** How the hand-written client ends, which docs/why.md explains. */
const endsOfHandWritten: Record<RaceName, readonly string[]> = {
  concurrent: ['2 requests answered', '3 requests refused', '2 refreshes', 'signed in at the end'],
  logout: [
    '1 request answered',
    'request 2 got data of ada, after the sign-out',
    '1 refresh',
    'signed in at the end',
  ],
  unavailable: ['3 requests refused', '1 refresh', 'signed out at the end'],
  tabs: ['1 request answered', '2 requests refused', '3 refreshes', 'signed out at the end'],
  identity: [
    '1 request answered',
    "grace's request got data of ada, after grace signed in",
    '1 refresh',
    'signed in at the end',
  ],
};

describe('the demos of docs/why.md', () => {
  it.each(names)('end right with sessionchart, and wrong with the hand-written client: %s', async (name) => {
    const { sessionchart, handWritten } = await runRace(name);
    expect(isRight(name, sessionchart), factsOf(sessionchart).join(', ')).toBe(true);
    expect(isRight(name, handWritten)).toBe(false);
    expect(factsOf(handWritten)).toEqual(endsOfHandWritten[name]);
  });

  it('are all in the page, each once', () => {
    const page = readFileSync(join(root, 'docs/why.md'), 'utf8');
    const shown = [...page.matchAll(/<RaceDemo name="(\w+)"/g)].map(([, name]) => name);
    expect(shown).toEqual(names);
  });
});
