import { signIn } from '../clients.ts';
import { cpuTime } from '../compare.ts';
import type { Figure, Part } from '../figure.ts';
import { createApi, dataUrl } from '../server.ts';

interface Storm {
  readonly refreshes: number;
  readonly lost: number;
  /** The CPU time of one request in microseconds. */
  readonly time: number;
}

/** Sends concurrent requests with an expired token. Each is refused, waits for the refresh, and is replayed. */
async function storm(requests: number): Promise<Storm> {
  const api = createApi();
  const session = await signIn(api.fetch);
  api.expireTokens();
  globalThis.gc?.();
  const start = cpuTime();
  const answers = await Promise.allSettled(
    Array.from({ length: requests }, async () => {
      const response = await session.fetch(dataUrl);
      if (!response.ok) throw new Error(`Answered with ${response.status}`);
      await response.json();
    }),
  );
  const time = ((cpuTime() - start) * 1000) / requests;
  session.dispose();
  return {
    refreshes: api.refreshes,
    lost: answers.filter(({ status }) => status === 'rejected').length,
    time,
  };
}

const part: Part = async () => {
  // Warm-up.
  for (let round = 0; round < 5; round += 1) await storm(1000);
  const figures: Figure[] = [];
  let first = Number.NaN;
  for (const requests of [1000, 10_000, 100_000]) {
    const { refreshes, lost, time } = await storm(requests);
    if (Number.isNaN(first)) first = time;
    const name = `storm of ${requests.toLocaleString('en')} requests`;
    figures.push(
      { name: `${name}: refreshes`, value: refreshes, unit: '', budget: 1 },
      { name: `${name}: requests lost`, value: lost, unit: '', budget: 0 },
      { name: `${name}: CPU per request, against the storm of 1,000`, value: time / first, unit: '×' },
    );
  }
  return figures;
};

export default part;
