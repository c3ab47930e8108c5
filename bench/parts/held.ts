import { badgateway, failedQueue, signIn } from '../clients.ts';
import type { Send } from '../compare.ts';
import type { Figure, Part } from '../figure.ts';
import { heapOfEach } from '../heap.ts';
import { createApi, dataUrl, type Api } from '../server.ts';

/** Creates a client of an API that is ready to send. */
type Client = (api: Api) => Send | Promise<Send>;

const clients: Readonly<Record<string, Client>> = {
  'session.fetch': async ({ fetch }) => {
    const session = await signIn(fetch);
    return () => session.fetch(dataUrl);
  },
  'session.api': async ({ fetch }) => {
    const { api } = await signIn(fetch, { ky: { timeout: false } });
    return () => api.get(dataUrl).json();
  },
  '@badgateway/oauth2-client': ({ fetch }) => {
    const peer = badgateway(fetch);
    return () => peer(dataUrl);
  },
  'ky with a hand-written failedQueue': ({ fetch }) => {
    const api = failedQueue(fetch).extend({ timeout: false });
    return () => Promise.resolve(api.get(dataUrl).json());
  },
};

const count = 2000;

/** The heap of a request that the server does not answer. */
async function inFlight(client: Client): Promise<number> {
  const api = createApi();
  const send = await client(api);
  api.stallRequests();
  return heapOfEach(count, () => ({ pending: send() }));
}

/** The heap of a request that got a 401 and waits for a refresh that the server does not answer. */
async function held(client: Client): Promise<number> {
  const api = createApi();
  const send = await client(api);
  api.expireTokens();
  api.stallRefreshes();
  return heapOfEach(count, () => ({ pending: send() }));
}

/** The cost of a request that is held after a 401, compared with one in flight. */
const part: Part = async () => {
  const figures: Figure[] = [];
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
