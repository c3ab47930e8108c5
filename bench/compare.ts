import { Bench } from 'tinybench';

/** Sends one request and reads the response. */
export type Send = () => Promise<unknown>;

export interface CompareOptions {
  /** Default is 150. */
  readonly rounds?: number;
  /** Requests of each candidate in a round. Default is 100. */
  readonly requests?: number;
  /** Requests in flight at a time. Default is 1. */
  readonly concurrency?: number;
}

/** The CPU time of all threads of this process in milliseconds, including garbage collection. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Sends a number of requests, `concurrency` at a time. */
async function sendAll(send: Send, requests: number, concurrency: number): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let sent = 0; sent < requests / concurrency; sent += 1) await send();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Returns the CPU time of one call of each candidate in milliseconds, by round. The candidates take turns in a round. */
export async function timeRounds(
  candidates: Readonly<Record<string, Send>>,
  { rounds = 150, requests = 100, concurrency = 1 }: CompareOptions = {},
): Promise<Readonly<Record<string, readonly number[]>>> {
  const bench = new Bench({ now: cpuTime, time: 0, iterations: 1, warmup: false, throws: true });
  for (const [name, send] of Object.entries(candidates))
    bench.add(name, () => sendAll(send, requests, concurrency), { async: true });

  const times: Record<string, number[]> = {};
  // The rounds below 0 are a warm-up, in which V8 compiles the code.
  for (let round = -Math.ceil(rounds / 4); round < rounds; round += 1) {
    // The order alternates, so that no candidate always pays for the garbage of the same other one.
    const order = round % 2 === 0 ? bench.tasks : bench.tasks.toReversed();
    for (const task of order) {
      // Without a reset, a task that has run does not run again.
      task.reset();
      await task.run();
      const { result } = task;
      if (result.state !== 'completed') throw new Error(`${task.name} did not complete`);
      if (round >= 0) (times[task.name] ??= []).push(result.latency.mean / requests);
    }
  }
  return times;
}

/** Returns the CPU time of each other candidate as a multiple of the first one's: the median over all rounds. */
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
