import { signIn, readItems } from '../clients.ts';
import { ratioOf, spreadOf, timeRounds } from '../compare.ts';
import type { Part } from '../figure.ts';
import { createApi, dataUrl } from '../server.ts';

/** The cost of creating a session and signing in, with a server that responds from memory. */
const part: Part = async () => {
  const { fetch } = createApi();
  const times = await timeRounds(
    {
      'bare fetch': () => readItems(fetch(dataUrl)),
      'sign in': async () => (await signIn(fetch)).dispose(),
      'first request': async () => {
        using session = await signIn(fetch);
        await readItems(session.fetch(dataUrl));
      },
    },
    { requests: 20, rounds: 100 },
  );
  return [
    {
      name: 'createSession to signed in and dispose, on this machine',
      ...spreadOf((times['sign in'] ?? []).map((time) => time * 1000)),
      unit: 'µs',
      budget: 270,
    },
    {
      name: 'createSession to signed in and dispose / bare fetch',
      ...ratioOf(times, 'sign in', 'bare fetch'),
      unit: '×',
    },
    {
      name: 'createSession to the first response and dispose / bare fetch',
      ...ratioOf(times, 'first request', 'bare fetch'),
      unit: '×',
    },
  ];
};

export default part;
