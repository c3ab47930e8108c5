import { bareClients, openAll, refreshingClients } from '../clients.ts';
import { ratioOf, timeRounds } from '../compare.ts';
import type { Figure, Part } from '../figure.ts';
import { startServer } from '../startServer.ts';

const budgets: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'session.fetch': { 1: 1.05, 50: 1.2 },
  'session.api': { 1: 1.1, 50: 1.2 },
};

/** The cost of a request over HTTP on this machine, where the request itself takes more CPU time. */
const part: Part = async () => {
  const { 'ky with empty hooks': _, ...bare } = bareClients;
  const clients = { ...bare, ...(await refreshingClients()) };
  const candidates = await openAll(clients, fetch, await startServer());
  const figures: Figure[] = [];
  for (const concurrency of [1, 50]) {
    const times = await timeRounds(candidates, { concurrency, rounds: 60 });
    for (const name of Object.keys(candidates)) {
      const baseline = name === 'session.api' ? 'bare ky' : 'bare fetch';
      if (name === baseline) continue;
      const budget = budgets[name]?.[concurrency];
      figures.push({
        name: `${name} / ${baseline}, ${concurrency} at a time`,
        ...ratioOf(times, name, baseline),
        unit: '×',
        ...(budget !== undefined && { budget }),
      });
    }
  }
  return figures;
};

export default part;
