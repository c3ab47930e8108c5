import { styleText } from 'node:util';
import type { ProbeReport } from '../probe.ts';
import { optionOf } from '../contract/remarks.ts';
import { topics, type Finding, type Mark, type Problem } from './findings.ts';
import { wrap } from './wrap.ts';

type Style = Parameters<typeof styleText>[0];

/** How a report is printed. */
export interface TextOptions {
  readonly hasColors: boolean;
  /** Columns. */
  readonly width: number;
}

const symbols: Readonly<Record<Mark, string>> = {
  right: '✓',
  wrong: '✗',
  warning: '!',
  fact: '·',
  skipped: '-',
};

const styles: Readonly<Record<Mark, Style>> = {
  right: 'green',
  wrong: 'red',
  warning: 'yellow',
  fact: 'dim',
  skipped: 'dim',
};

const labelWidth = 24;

/** The report as plain text. */
export function reportText(
  { findings, problems, stopped, contract, contractFits }: ProbeReport,
  options: TextOptions,
): string {
  const paint = painter(options);
  const lines = topics.flatMap((topic) => {
    const found = findings.filter((finding) => finding.topic === topic);
    return found.length === 0 ? [] : ['', paint('bold', heading(topic)), ...found.flatMap(row)];
  });

  function row({ mark, label, result }: Finding): string[] {
    const [first = '', ...rest] = wrap(result, options.width - labelWidth - 4);
    const indent = ' '.repeat(labelWidth + 4);
    const shown = mark === 'skipped' ? (text: string) => paint('dim', text) : (text: string) => text;
    return [
      `  ${paint(styles[mark], symbols[mark])} ${shown(label.padEnd(labelWidth))}${shown(first)}`,
      ...rest.map((text) => indent + shown(text)),
    ];
  }

  function problem({ level, where, message }: Problem): string[] {
    const mark = level === 'error' ? 'wrong' : 'warning';
    const indent = ' '.repeat(4);
    return [
      `  ${paint(styles[mark], symbols[mark])} ${paint('bold', where)}`,
      ...wrap(message, options.width - indent.length).map((text) => indent + text),
    ];
  }

  const isContractWrong = problems.some(isOfContract);
  const listed = [...problems].sort((a, b) => a.level.localeCompare(b.level));
  return [
    ...lines,
    ...(listed.length === 0 ? [] : ['', paint('bold', 'To change'), ...listed.flatMap(problem)]),
    ...(contract === null || !isContractWrong
      ? []
      : ['', paint('bold', contractFits ? 'The contract that fits' : 'The contract so far'), '', contract]),
    '',
    ...wrap([summary(problems, stopped), ...untested(findings)].join(' '), options.width),
    '',
  ].join('\n');
}

function painter({ hasColors }: TextOptions) {
  return (style: Style, text: string): string =>
    hasColors ? styleText(style, text, { validateStream: false }) : text;
}

const heading = (topic: string): string => topic.charAt(0).toUpperCase() + topic.slice(1);

function summary(problems: readonly Problem[], stopped: string | null): string {
  const errors = problems.filter(({ level }) => level === 'error').length;
  const warnings = problems.length - errors;
  const counts = `${count(errors, 'error')} and ${count(warnings, 'warning')}`;
  if (stopped !== null) return `The probe stopped: ${stopped}`;
  if (problems.some(isOfContract)) return `The contract does not fit the server: ${counts}.`;
  if (errors > 0) return `The probe found ${counts}.`;
  return warnings > 0
    ? `The contract fits the server, with ${count(warnings, 'warning')}.`
    : 'The contract fits the server.';
}

const isOfContract = ({ level, where }: Problem): boolean => level === 'error' && optionOf(where) !== null;

/** What nothing is known about. The findings say why. */
function untested(findings: readonly Finding[]): string[] {
  if (findings.some(({ id, mark }) => id === 'sign-in.grant' && mark === 'wrong'))
    return ['Without a sign-in, nothing else was tested.'];
  const labels = findings.filter(({ mark }) => mark === 'skipped').map(({ label }) => label);
  return labels.length === 0 ? [] : [`Not tested: ${labels.join(', ')}.`];
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
