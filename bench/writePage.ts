import { format } from 'prettier';
import { quartiles, written, type Figure } from './figure.ts';
import type { Results } from './results.ts';

const tables = /(<!-- figures: (\w+) -->\n)[^]*?(<!-- \/figures -->)/g;

/** Returns the page with the tables of each part that it names, written from the results. */
export async function writePage(page: string, results: Results): Promise<string> {
  const unmeasured = [...page.matchAll(tables)]
    .map(([, , part = '']) => part)
    .filter((part) => !results[part]);
  if (unmeasured.length > 0)
    throw new Error(
      `Not measured: ${unmeasured.join(', ')}. Run npm run bench -- --save ${unmeasured.join(' ')}`,
    );
  const filled = page.replaceAll(tables, (_, start: string, part: string, end: string) =>
    [start, tableOf(results, part), end].join('\n'),
  );
  return format(filled, { parser: 'markdown', printWidth: 130 });
}

function tableOf(results: Results, part: string): string {
  const { figures, date, node } = results[part] ?? { figures: [], date: '', node: '' };
  const hasQuartiles = figures.some(({ low }) => low !== undefined);
  const hasBudget = figures.some(({ budget }) => budget !== undefined);
  const cells = (figure: Figure): readonly string[] => [
    figure.name,
    written(figure.value, figure),
    ...(hasQuartiles ? [quartiles(figure)] : []),
    ...(hasBudget ? [figure.budget === undefined ? '' : written(figure.budget, figure)] : []),
  ];
  const head = ['', 'measured', ...(hasQuartiles ? ['quartiles'] : []), ...(hasBudget ? ['budget'] : [])];
  const rows = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...figures.map(cells)];
  return [
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `Measured on ${date} with Node ${node.slice(1)}: \`npm run bench -- ${part}\`.`,
    '',
  ].join('\n');
}
