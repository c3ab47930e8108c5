import { findFaults } from './check.ts';
import { run } from './run.ts';
import { servers } from './servers.ts';
import { heading, inFirstColumn, legend, row } from './table.ts';

console.log(
  'The same client code against five servers, which refuse tokens, refresh and end sessions in different ways.\n',
);

const rows: string[] = [];
const faults: string[] = [];
for (const server of servers) {
  let label: string = server.dialect;
  const say = (line: string) => {
    console.log(inFirstColumn(label) + line);
    label = '';
  };
  try {
    const result = await run(server, say);
    const found = findFaults(server, result);
    rows.push(row(server, result, found.length === 0));
    faults.push(...found);
  } catch (error) {
    faults.push(`${server.dialect}: ${String(error)}`);
  }
}

console.log(`\n${[heading(), ...rows].join('\n')}\n\n${legend()}\n`);
if (faults.length === 0) {
  console.log('All figures are as expected.');
} else {
  console.error(['Unexpected figures:', ...faults].join('\n  '));
  process.exitCode = 1;
}
