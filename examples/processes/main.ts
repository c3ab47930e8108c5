import { styleText } from 'node:util';
import { calls, processes, run, type Figures } from './run.ts';
import type { Answers } from './protocol.ts';

const widths = [10, 30];

console.log(
  `${processes} processes share a file with the user's tokens. The access token expires, and each makes ${calls} calls.\n` +
    'The server rotates refresh tokens: each is good for one refresh, and a second use ends the session.\n',
);

const [json, session] = [await run('withJson'), await run('withSession')];

const line = (...cells: string[]) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('');

function cell({ statuses, isSignedIn }: Answers): string {
  const marks = statuses.map((status) => (status === 200 ? '✓' : '✗')).join(' ');
  return isSignedIn ? marks : `${marks}  signed out`;
}

function print(text: string, isGood: boolean | null): string {
  return isGood === null ? text : styleText(isGood ? 'green' : 'red', text);
}

function row(name: string, texts: readonly [string, string], areGood: readonly [boolean, boolean]): string {
  const [first, second] = texts;
  return (
    name.padEnd(widths[0] ?? 0) + print(first.padEnd(widths[1] ?? 0), areGood[0]) + print(second, areGood[1])
  );
}

const isWhole = ({ statuses, isSignedIn }: Answers) =>
  isSignedIn && statuses.every((status) => status === 200);
const refusedBy = ({ refreshes }: Figures) => refreshes.filter((status) => status !== 200).length;
const lostBy = ({ answers }: Figures) =>
  answers.flatMap(({ statuses }) => statuses).filter((status) => status !== 200).length;

console.log(styleText('bold', line('process', 'a JSON file, no lock', 'fileStore of sessionchart')));
json.answers.forEach((answer, index) => {
  const other = session.answers[index] ?? answer;
  console.log(row(String(index + 1), [cell(answer), cell(other)], [isWhole(answer), isWhole(other)]));
});
console.log();

const both = [json, session] as const;
const pair = <Value>(of: (figures: Figures) => Value): [Value, Value] => [of(both[0]), of(both[1])];
console.log(
  row(
    'refreshes',
    pair((of) => `${of.refreshes.length}, ${refusedBy(of)} refused`),
    pair((of) => refusedBy(of) === 0),
  ),
);
console.log(
  row(
    'lost',
    pair((of) => `${lostBy(of)} of ${processes * calls} calls`),
    pair((of) => lostBy(of) === 0),
  ),
);
console.log(
  row(
    'after',
    pair(({ isSignedIn }) => (isSignedIn ? 'still signed in' : 'signed out everywhere')),
    pair((of) => of.isSignedIn),
  ),
);

if (session.refreshes.join() !== '200' || lostBy(session) > 0 || !session.isSignedIn) process.exitCode = 1;
