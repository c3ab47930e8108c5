import { startServer, type RunningServer } from '../test/referenceServer/server.ts';
import { memoryAccounts } from '../src/testing/index.ts';
import { ratioOf } from './compare.ts';
import type { Figure } from './figure.ts';

/** A tab or a process with the session. It sends five requests at once, and resolves to the number that failed. */
export type Participant = () => Promise<number>;

export interface Medium {
  readonly name: string;
  /** As `tabs` or `processes`. */
  readonly participants: string;
  /** Opens participants that share a store in which a user is signed in. */
  open(server: RunningServer, count: number): Promise<readonly Participant[]>;
}

const counts = [1, 2, 10];
const rounds = 20;

/**
 * Measures the time from the expiry of the access token to the last response, if several participants send requests at that
 * moment, against the time that one participant needs. The server ends a session if a refresh token is used twice.
 */
export async function measureSharing(medium: Medium): Promise<readonly Figure[]> {
  const { name, participants } = medium;
  const groups: { count: number; server: RunningServer; members: readonly Participant[] }[] = [];
  for (const count of counts) {
    const server = await startServer({ accounts: memoryAccounts() });
    groups.push({ count, server, members: await medium.open(server, count) });
  }

  const times: Record<string, number[]> = Object.fromEntries(counts.map((count) => [count, []]));
  let [lost, most] = [0, 0];
  for (let round = -5; round < rounds; round += 1) {
    for (const { count, server, members } of groups) {
      const before = server.counts().refresh;
      server.expireAccessTokens();
      const began = performance.now();
      const failures = await Promise.all(members.map((send) => send()));
      const time = performance.now() - began;
      lost += failures.reduce((sum, failed) => sum + failed, 0);
      most = Math.max(most, server.counts().refresh - before);
      if (round >= 0) times[count]?.push(time);
    }
  }
  return [
    ...counts.slice(1).map((count) => ({
      name: `${name}: expiry to last response, ${count} ${participants} / 1`,
      ...ratioOf(times, String(count), '1'),
      unit: '×' as const,
    })),
    { name: `${name}: most refreshes for one expiry`, value: most, unit: '', budget: 1 },
    { name: `${name}: requests lost`, value: lost, unit: '', budget: 0 },
  ];
}
