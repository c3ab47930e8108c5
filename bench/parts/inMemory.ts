import { bareClients, openAll, refreshingClients } from '../clients.ts';
import { ratioOf, timeRounds } from '../compare.ts';
import type { Part } from '../figure.ts';
import { createApi } from '../server.ts';

/** The cost of a request that gets a 200 from memory. */
const part: Part = async () => {
  const candidates = await openAll({ ...bareClients, ...(await refreshingClients()) }, createApi().fetch);
  const times = await timeRounds(candidates, { rounds: 100 });
  const against = (name: string, baseline: string) => ({
    name: `${name} / ${baseline}`,
    ...ratioOf(times, name, baseline),
    unit: '×' as const,
  });
  return [
    { ...against('session.fetch', 'bare fetch'), budget: 1.7 },
    { ...against('session.api', 'bare ky'), budget: 1.6 },
    ...Object.keys(candidates)
      .filter((name) => !['bare fetch', 'session.fetch'].includes(name))
      .map((name) => against(name, 'bare fetch')),
  ];
};

export default part;
