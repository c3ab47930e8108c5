import { Bench } from 'tinybench';

/** Sends one request and reads its answer. */
export type Send = () => Promise<unknown>;

export interface CompareOptions {
  /** Default is 150. */
  readonly rounds?: number;
  /** Requests of each candidate in a round. Default is 100. */
  readonly requests?: number;
  /** Requests in flight at a time. Default is 1. */
  readonly concurrency?: number;
}

/** CPU time of this process in milliseconds, all threads: the garbage collector's work counts too. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Sends `requests` in all, `concurrency` of them at a time. */
async function sendAll(send: Send, requests: number, concurrency: number): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let sent = 0; sent < requests / concurrency; sent += 1) await send();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** CPU time of one call of each candidate in milliseconds, by round: candidates take turns in each round. */
export async function timeRounds(
  candidates: Readonly<Record<string, Send>>,
  { rounds = 150, requests = 100, concurrency = 1 }: CompareOptions = {},
): Promise<Readonly<Record<string, readonly number[]>>> {
  const bench = new Bench({ now: cpuTime, time: 0, iterations: 1, warmup: false, throws: true });
  for (const [name, send] of Object.entries(candidates))
    bench.add(name, () => sendAll(send, requests, concurrency), { async: true });

  const times: Record<string, number[]> = {};
  // These warm up: V8 has compiled by then what the rest runs.
  for (let round = -Math.ceil(rounds / 4); round < rounds; round += 1) {
    // A candidate that always came after the same one would always clean up after it.
    const order = round % 2 === 0 ? bench.tasks : bench.tasks.toReversed();
    for (const task of order) {
      // A task that has run keeps its result, and would not run again.
      task.reset();
      await task.run();
      const { result } = task;
      if (result.state !== 'completed') throw new Error(`${task.name} did not complete`);
      if (round >= 0) (times[task.name] ??= []).push(result.latency.mean / requests);
    }
  }
  return times;
}

/** How many times the CPU of the first candidate each of the others takes: the median over all rounds. */
export async function compare(
  candidates: Readonly<Record<string, Send>>,
  options?: CompareOptions,
): Promise<Readonly<Record<string, number>>> {
  const times = await timeRounds(candidates, options);
  const [[bare, baseline] = ['', []], ...others] = Object.entries(times);
  return Object.fromEntries([
    [bare, 1],
    ...others.map(([name, values]) => [
      name,
      median(values.map((value, round) => value / (baseline[round] ?? Number.NaN))),
    ]),
  ]) as Record<string, number>;
}
