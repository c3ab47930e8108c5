import { refreshingClients, type Client } from '../clients.ts';
import { cpuTime } from '../compare.ts';
import type { Figure, Part } from '../figure.ts';
import { createApi } from '../server.ts';

interface Storm {
  readonly refreshes: number;
  readonly lost: number;
  /** The CPU time of one request in milliseconds. */
  readonly time: number;
}

/** Sends concurrent requests with an expired token. Each is refused, waits for the refresh, and is replayed. */
async function storm(client: Client, requests: number): Promise<Storm> {
  const api = createApi();
  const send = await client(api.fetch);
  api.expireTokens();
  globalThis.gc?.();
  const start = cpuTime();
  const answers = await Promise.allSettled(Array.from({ length: requests }, send));
  return {
    time: (cpuTime() - start) / requests,
    refreshes: api.refreshes,
    lost: answers.filter(({ status }) => status === 'rejected').length,
  };
}

const written = (requests: number): string => `storm of ${requests.toLocaleString('en')}`;

const part: Part = async () => {
  const { 'session.fetch': own, ...peers } = await refreshingClients();
  if (own === undefined) throw new Error('session.fetch is not measured');
  // Warm-up.
  for (let round = 0; round < 5; round += 1)
    for (const client of [own, ...Object.values(peers)]) await storm(client, 1000);

  const figures: Figure[] = [];
  const { time: first } = await storm(own, 1000);
  for (const requests of [10, 100, 1000, 10_000, 100_000]) {
    const { refreshes, lost, time } = await storm(own, requests);
    const name = `${written(requests)}, session.fetch`;
    figures.push(
      { name: `${name}: refreshes`, value: refreshes, unit: '', budget: 1 },
      { name: `${name}: requests lost`, value: lost, unit: '', budget: 0 },
    );
    if (requests >= 1000)
      figures.push({ name: `${name}: CPU per request / storm of 1,000`, value: time / first, unit: '×' });
  }
  for (const [name, client] of Object.entries(peers)) {
    const { refreshes, lost } = await storm(client, 1000);
    figures.push(
      { name: `${written(1000)}, ${name}: refreshes`, value: refreshes, unit: '' },
      { name: `${written(1000)}, ${name}: requests lost`, value: lost, unit: '' },
    );
  }
  return figures;
};

export default part;
