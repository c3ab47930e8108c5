import { ignoredEvents, statuses, type SessionStatus } from '../../machines/index.ts';
import { casesOf, cellFor, leavesOf } from '../../test/machines/cells.ts';
import { circumstanceOf, circumstances, isCircumstance } from '../../test/machines/circumstances.ts';
import { eventTypes, type EventType } from '../../test/machines/events.ts';
import type { Leaf } from '../../test/machines/leaves.ts';
import { moments } from '../../test/machines/moments.ts';
import type { Cell, Outcome } from '../../test/machines/outcomes.ts';

const intro = `# What every event does in every state

<!-- Made by \`npm run chart\` from \`test/machines/table.ts\` and \`outcomes.ts\`: change those. -->

The tests of the machine run these tables, cell by cell (\`test/machines/table.test.ts\`). The states are those of
[the chart](chart.md). [The design](design.md) describes the events.

- _stays_: the event changes nothing.
- _notes_: the state stays, but the machine stores something or emits an event.
- A state: the machine enters it. If the session is in that state already, it is entered again: its timers and actors
  restart.
- _…_ after an outcome: there are other outcomes [under other conditions](#under-other-conditions).

If the clock was set back after a cooldown or a \`Retry-After\` started, that period ends, and the event has the same
effect as without it.`;

/** The tables as Markdown; their columns are not aligned yet. */
export function describeTransitions(): string {
  const tables = [
    '## Events',
    markdown(
      ['event', ...statuses.map((status) => `\`${status}\``)],
      eventGroups.map(({ types, type }) => [
        names(types),
        ...statuses.map((status) => summarize(type, status)),
      ]),
    ),
    '## Under other conditions',
    markdown(
      ['event', 'in', 'if', 'leads to'],
      eventGroups.flatMap(({ types, type }) => exceptions(type).map((row) => [names(types), ...row])),
    ),
    '## Ignored events',
    markdown(
      ['in', 'event', 'why it changes nothing'],
      ignoredEvents.map(({ states, events, meaning }) => [names(states), names(events), meaning]),
    ),
    '## Timers and failing actors',
    markdown(['timer or actor', 'in', 'if', 'leads to'], Object.entries(moments).flatMap(momentRows)),
  ].join('\n\n');
  const used = Object.keys(circumstances)
    .filter(isCircumstance)
    .filter((name) => tables.includes(`_${name}_`));
  const legend = markdown(
    ['condition', 'means that'],
    used.map((name) => [`_${name}_`, circumstanceOf(name).means]),
  );
  return [intro, tables, '## Conditions', legend, ''].join('\n\n');
}

interface EventGroup {
  readonly type: EventType;
  readonly types: readonly EventType[];
}

/** Events with the same effect in every state share rows. */
const eventGroups: readonly EventGroup[] = groupBy(eventTypes, (type) =>
  JSON.stringify(
    statuses.map((status) => leavesOf(status).map((leaf) => casesIn(cellFor(type, status, leaf), leaf))),
  ),
).map(([type, ...others]) => ({ type, types: [type, ...others] }));

/** The default effect in each substate. */
function summarize(type: EventType, status: SessionStatus): string {
  const leaves = leavesOf(status);
  const groups = groupBy(leaves, (leaf) => usual(cellFor(type, status, leaf), leaf));
  return groups
    .map((group) => {
      const [leaf] = group;
      const outcome = usual(cellFor(type, status, leaf), leaf);
      return groups.length === 1 ? outcome : `${substates(group, status)}: ${outcome}`;
    })
    .join('<br>');
}

function usual(cell: Cell, leaf: Leaf): string {
  const [[, outcome] = ['otherwise', 'stays'] as const, ...others] = casesIn(cell, leaf);
  return `${say(outcome)}${others.length === 0 ? '' : ' …'}`;
}

/** The effects under other conditions: one row for each outcome, with all its states. */
function exceptions(type: EventType): string[][] {
  const rows = statuses.flatMap((status) => {
    const groups = groupBy(leavesOf(status), (leaf) =>
      JSON.stringify(casesIn(cellFor(type, status, leaf), leaf)),
    );
    return groups.flatMap((group) => {
      const where = groups.length === 1 ? [status] : group;
      return rowsFor(casesIn(cellFor(type, status, group[0]), group[0]).slice(1), names(where));
    });
  });
  return groupBy(rows, ([, ...rest]) => JSON.stringify(rest)).map((group) => [
    group.map(([where]) => where).join('<br>'),
    ...group[0].slice(1),
  ]);
}

function momentRows([type, cells]: [string, Partial<Record<Leaf, Cell>>]): string[][] {
  const found = statuses.flatMap(leavesOf).flatMap((leaf) => {
    const cell = cells[leaf];
    return cell === undefined ? [] : [{ leaf, cases: casesIn(cell, leaf) }];
  });
  return groupBy(found, ({ cases }) => JSON.stringify(cases)).flatMap((group) =>
    rowsFor(group[0].cases, names(group.map(({ leaf }) => leaf))).map((row) => [nameOfMoment(type), ...row]),
  );
}

/** \`xstate.after.refreshDue.session.…\` is the timer \`refreshDue\`. */
function nameOfMoment(type: string): string {
  const [, kind, name, actor] = type.split('.');
  return kind === 'after' ? `after \`${name ?? ''}\`` : `\`${actor ?? ''}\` breaks`;
}

type CaseList = ReturnType<typeof casesOf>;

/** The possible cases in an innermost state: the usual one, and those that differ from it. */
function casesIn(cell: Cell, leaf: Leaf): CaseList {
  const [usually, ...others] = casesOf(cell);
  if (usually === undefined) return [];
  const differing = others.filter(
    ([name, outcome]) => outcome !== usually[1] && !(circumstanceOf(name).never ?? []).includes(leaf),
  );
  return [usually, ...differing];
}

const rowsFor = (cases: CaseList, where: string): string[][] =>
  groupBy(cases, ([, outcome]) => outcome).map((group) => [
    where,
    group.map(([name]) => `_${name}_`).join('<br>'),
    say(group[0][1]),
  ]);

const say = (outcome: Outcome): string =>
  outcome === 'stays' || outcome === 'notes' ? outcome : `\`${outcome}\``;

const names = (types: readonly string[]): string => types.map((type) => `\`${type}\``).join('<br>');

const substates = (leaves: readonly Leaf[], status: SessionStatus): string =>
  leaves.map((leaf) => `\`${leaf.slice(status.length + 1)}\``).join(', ');

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
