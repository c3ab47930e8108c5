import { signIn } from '../clients.ts';
import type { Part } from '../figure.ts';
import { heapOfEach } from '../heap.ts';
import { createApi } from '../server.ts';

/** The bytes that one session adds to the heap of a Node process once it is signed in. */
const part: Part = async () => {
  const { fetch } = createApi();
  // Warm-up: compiled code and shared tables are not the cost of one session.
  await heapOfEach(200, () => signIn(fetch));
  const bytes = await heapOfEach(1000, () => signIn(fetch));
  return [{ name: 'heap of a session that is signed in', value: bytes / 1000, unit: 'kB', budget: 25 }];
};

export default part;
