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

/** The times of each candidate in milliseconds, by round. */
export type Rounds = Readonly<Record<string, readonly number[]>>;

/** Returns the CPU time of one call of each candidate in milliseconds, by round. The candidates take turns in a round. */
export async function timeRounds(
  candidates: Readonly<Record<string, Send>>,
  { rounds = 150, requests = 100, concurrency = 1 }: CompareOptions = {},
): Promise<Rounds> {
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

/** The median of a figure over all rounds, and the quartiles around it. */
export interface Spread {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { value: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Returns the ratio of two candidates, computed within each round. */
export function ratioOf(times: Rounds, name: string, baseline: string): Spread {
  const [own, other] = [times[name] ?? [], times[baseline] ?? []];
  return spreadOf(own.map((value, round) => value / (other[round] ?? Number.NaN)));
}

/** Returns the CPU time of each other candidate as a multiple of the first one's. */
export async function compare(
  candidates: Readonly<Record<string, Send>>,
  options?: CompareOptions,
): Promise<readonly (Spread & { readonly name: string })[]> {
  const times = await timeRounds(candidates, options);
  const [baseline = '', ...others] = Object.keys(candidates);
  return others.map((name) => ({ name: `${name} / ${baseline}`, ...ratioOf(times, name, baseline) }));
}
