import type { StoredSession } from '../../../src/index.ts';
import type { Tab, User, World } from './world.ts';

export const statuses = (tabs: readonly Tab[]) => tabs.map(({ session }) => session.getSnapshot().status);

/** The outcome of a request: the status of its response, or the code of its error. */
export async function outcomeOf(answer: Promise<Response>): Promise<number | string> {
  try {
    const response = await answer;
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

export const send = ({ session }: Tab): Promise<number | string> => outcomeOf(session.fetch('/api/me'));

export function storedSession({ store }: World): StoredSession<User> {
  const record = store.record();
  if (record === null || 'ended' in record) throw new Error('There is no session in the store');
  return record;
}

/** Pseudo-random numbers from 0 up to 1, the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
