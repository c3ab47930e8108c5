import { badgateway, signIn, readItems } from '../clients.ts';
import { compare } from '../compare.ts';
import type { Part } from '../figure.ts';
import { createApi, dataUrl } from '../server.ts';

/** The cost of `session.fetch` compared with a bare `fetch` that responds from memory. */
const part: Part = async () => {
  const { fetch } = createApi();
  const session = await signIn(fetch);
  const peer = badgateway(fetch);
  const ratios = await compare({
    'bare fetch': () => readItems(fetch(dataUrl)),
    'session.fetch': () => readItems(session.fetch(dataUrl)),
    '@badgateway/oauth2-client': () => readItems(peer(dataUrl)),
  });
  return [
    { name: 'session.fetch / bare fetch', value: ratios['session.fetch'] ?? NaN, unit: '×', budget: 1.7 },
    {
      name: '@badgateway/oauth2-client / bare fetch',
      value: ratios['@badgateway/oauth2-client'] ?? NaN,
      unit: '×',
    },
  ];
};

export default part;
