import { bareKy, emptyHooks, failedQueue, signIn } from '../clients.ts';
import { compare } from '../compare.ts';
import type { Part } from '../figure.ts';
import { createApi, dataUrl } from '../server.ts';

/** The cost of `session.api` compared with a bare ky whose `fetch` responds from memory. */
const part: Part = async () => {
  const { fetch } = createApi();
  const { api } = await signIn(fetch);
  const [bare, empty, queue] = [bareKy(fetch), emptyHooks(fetch), failedQueue(fetch)];
  const ratios = await compare({
    'bare ky': () => bare.get(dataUrl).json(),
    'session.api': () => api.get(dataUrl).json(),
    'ky with empty hooks': () => empty.get(dataUrl).json(),
    'ky with a hand-written failedQueue': () => queue.get(dataUrl).json(),
  });
  return [
    { name: 'session.api / bare ky', value: ratios['session.api'] ?? NaN, unit: '×', budget: 1.6 },
    { name: 'ky with empty hooks / bare ky', value: ratios['ky with empty hooks'] ?? NaN, unit: '×' },
    {
      name: 'ky with a hand-written failedQueue / bare ky',
      value: ratios['ky with a hand-written failedQueue'] ?? NaN,
      unit: '×',
    },
  ];
};

export default part;
