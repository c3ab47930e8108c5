import { signIn, readItems } from '../clients.ts';
import { median, timeRounds } from '../compare.ts';
import type { Part } from '../figure.ts';
import { createApi, dataUrl } from '../server.ts';

/** The cost of creating a session and signing in, with a server that responds from memory. */
const part: Part = async () => {
  const { fetch } = createApi();
  const times = await timeRounds(
    {
      'bare fetch': () => readItems(fetch(dataUrl)),
      'sign in': async () => (await signIn(fetch)).dispose(),
    },
    { requests: 20, rounds: 100 },
  );
  const [bare, signedIn] = [times['bare fetch'] ?? [], times['sign in'] ?? []];
  return [
    {
      name: 'createSession to signed in and dispose, on this machine',
      value: median(signedIn) * 1000,
      unit: 'µs',
      budget: 270,
    },
    {
      name: 'the same in bare fetches that answer in memory',
      value: median(signedIn.map((value, round) => value / (bare[round] ?? NaN))),
      unit: '×',
    },
  ];
};

export default part;
