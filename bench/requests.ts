/** What the participants of `sharing.ts` send, in processes and in tabs. */

export const credentials = { username: 'ada', password: 'lovelace' };

export const requestsOfEach = 5;

/** Sends requests at once. Returns the number that failed. */
export async function sendAtOnce(send: () => Promise<Response>, count = requestsOfEach): Promise<number> {
  const responses = await Promise.allSettled(Array.from({ length: count }, send));
  return responses.filter((one) => one.status === 'rejected' || !one.value.ok).length;
}
