import { refreshingClients, type Client } from '../clients.ts';
import type { Figure, Part } from '../figure.ts';
import { heapOfEach } from '../heap.ts';
import { createApi } from '../server.ts';

const count = 2000;

/** The heap of a request that the server does not answer. */
async function inFlight(client: Client): Promise<number> {
  const api = createApi();
  const send = await client(api.fetch);
  api.stallRequests();
  return heapOfEach(count, () => ({ pending: send() }));
}

/** The heap of a request that got a 401 and waits for a refresh that the server does not answer. */
async function held(client: Client): Promise<number> {
  const api = createApi();
  const send = await client(api.fetch);
  api.expireTokens();
  api.stallRefreshes();
  return heapOfEach(count, () => ({ pending: send() }));
}

/** The cost of a request that is held after a 401, compared with one in flight. */
const part: Part = async () => {
  const figures: Figure[] = [];
  // axios-auth-refresh rejects these requests, unless it is at its best.
  const { 'axios-auth-refresh': _, ...clients } = await refreshingClients();
  for (const [name, client] of Object.entries(clients)) {
    // Warm-up.
    await inFlight(client);
    await held(client);
    const bytes = (await held(client)) - (await inFlight(client));
    figures.push({
      name: `heap of a request held after a 401, over one in flight: ${name}`,
      value: bytes / 1000,
      unit: 'kB',
      ...(name.startsWith('session') ? { budget: 3 } : {}),
    });
  }
  return figures;
};

export default part;
