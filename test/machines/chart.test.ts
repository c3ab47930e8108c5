import { describe, expect, test } from 'vitest';
import { drawChart } from '../../scripts/chart/picture.ts';
import { describeTransitions } from '../../scripts/chart/transitions.ts';
import { madeFiles, putPicture } from '../../scripts/chart.ts';
import { statuses } from '../../machines/index.ts';
import { eventTypes } from './events.ts';
import { leaves } from './leaves.ts';
import { moments } from './moments.ts';

const files = await madeFiles();

const cure = 'is stale: run `npm run chart`';

describe('the generated files match the machine', () => {
  test.each(files.map((file) => [file.name, file] as const))('%s', (name, file) => {
    expect(file.found, `${name} ${cure}`).toBe(file.expected);
  });

  test('the tables name every event, every state and every timer', () => {
    const text = describeTransitions();
    const timers = Object.keys(moments).map((type) => type.split('.')[type.includes('.after.') ? 2 : 3]);
    const missing = [...eventTypes, ...statuses, ...timers].filter(
      (name) => !text.includes(`\`${name ?? ''}\``),
    );
    expect(missing).toEqual([]);
  });
});

describe('the picture', () => {
  const lines = drawChart()
    .split('\n')
    .map((line) => line.trim());
  const arrows = lines.flatMap((line) => {
    const [, from, to] = /^(\S+) --> (\S+)/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const parentOf = (id: string) => (id.includes('_') ? id.slice(0, id.lastIndexOf('_')) : '');

  test.each(leaves)('shows %s', (leaf) => {
    const key = leaf.split('.').at(-1);
    const id = leaf.replaceAll('.', '_');
    expect(lines).toContain(id === key ? id : `${id} : ${key ?? ''}`);
  });

  test('is a state diagram with all composite states closed', () => {
    expect(lines[0]).toBe('stateDiagram-v2');
    const opened = lines.filter((line) => line.endsWith('{'));
    expect(opened).toHaveLength(lines.filter((line) => line === '}').length);
    expect(opened.length).toBeGreaterThan(0);
  });

  test('has at most one arrow between two states, and none from a state to itself', () => {
    const pairs = arrows.filter(({ from }) => from !== '[*]').map(({ from, to }) => `${from} ${to}`);
    expect(pairs).toHaveLength(new Set(pairs).size);
    expect(arrows.filter(({ from, to }) => from === to)).toEqual([]);
  });

  test('draws arrows between siblings only, as Mermaid requires', () => {
    const far = arrows.filter(({ from, to }) => from !== '[*]' && parentOf(from) !== parentOf(to));
    expect(far).toEqual([]);
  });

  test('has no character in a label that would end it', () => {
    const labels = lines.flatMap((line) => line.split(' : ').slice(1));
    expect(labels.filter((label) => /[:;#{}"%]/.test(label))).toEqual([]);
  });

  test('replaces only the text between its markers', () => {
    const text = 'before\n<!-- chart -->\nold\n<!-- /chart -->\nafter\n';
    const put = putPicture(text);
    expect(put).not.toContain('old');
    expect(put).toMatch(
      /^before\n<!-- chart -->\n\n```mermaid\nstateDiagram-v2\n[^]+\n```\n\n<!-- \/chart -->\nafter\n$/,
    );
    expect(putPicture(put)).toBe(put);
    expect(putPicture('no markers')).toBe('no markers');
  });
});
