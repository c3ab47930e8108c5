import { createCoverage } from './coverage.ts';
import { play, type Played } from './play.ts';
import { emptyTally, type Range, type Tally } from './tally.ts';
import { planOf } from './world/plan.ts';

/** Lets the event loop run, which frees memory. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** After so many worlds, their result is told. */
const worldsOfPart = 100;

/** @param tell - called with the result of each part of the worlds */
export async function playRange(
  { seed, from, worlds, step, isFirstEnough = false }: Range,
  tell: (part: Tally) => void,
): Promise<void> {
  // A stack takes more time than everything else about an error, and the trace says more.
  Error.stackTraceLimit = 0;
  let part = emptyTally();
  const tellPart = () => {
    tell(part);
    part = emptyTally();
  };
  for (let index = from; index < worlds; index += step) {
    const { violations, events, digest } = await playSafely(seed, index, part);
    part.worlds += 1;
    part.events += events;
    part.digest = (part.digest + digest) % 2 ** 32;
    part.violations.push(...violations.map((violation) => ({ index, ...violation })));
    if (isFirstEnough && violations.length > 0) break;
    if (part.worlds === worldsOfPart) {
      tellPart();
      await turn();
    }
  }
  tellPart();
}

/** Plays a world. If that fails, the other worlds are still played. */
async function playSafely(seed: number, index: number, { transitions, pairs }: Tally): Promise<Played> {
  try {
    return await play(planOf(seed, index), { coverage: createCoverage(transitions, pairs) });
  } catch (error) {
    const violations = [{ rule: 'each world can be played', what: String(error) }];
    return { violations, events: 0, digest: 0 };
  }
}
