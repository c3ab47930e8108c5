import { createManualClock } from '../../../src/testing/index.ts';
import { races, type Race, type RaceName } from './races.ts';
import { prepare, type Bar, type Play } from './stage.ts';

export interface Played {
  /** The time from the start, in milliseconds. */
  readonly elapsed: number;
  readonly length: number;
  readonly handWritten: Play;
  readonly sessionchart: Play;
}

/** How far the clock advances between two calls of `onStep`, in milliseconds. */
const step = 20;

/**
 * Runs a race with both clients, each with its own server. `onStep` gets the timelines so far, and can delay the next step.
 *
 * @returns the complete timelines
 */
export async function runRace(
  name: RaceName,
  onStep: (played: Played) => Promise<void> | void = () => undefined,
): Promise<Played> {
  const race: Race = races[name];
  const clock = createManualClock();
  const handWritten = await prepare(race, 'hand-written', clock);
  const sessionchart = await prepare(race, 'sessionchart', clock);
  const sides = [handWritten, sessionchart];
  const played = (): Played => ({
    elapsed: handWritten.elapsed(),
    length: race.length,
    handWritten: handWritten.play(),
    sessionchart: sessionchart.play(),
  });
  for (let time = 0; time <= race.length; time += step) {
    for (const { does } of race.steps.filter(({ at }) => at >= time && at < time + step)) {
      sides.forEach(({ stage }) => does(stage));
    }
    await clock.advance(step);
    await onStep(played());
  }
  for (const { dispose } of sides) dispose();
  return played();
}

/** What happened to the requests, the number of refreshes, and whether the user is signed in at the end. */
export function factsOf({ bars, isSignedIn }: Play): readonly string[] {
  const requests = bars.filter(({ kind }) => kind === 'request');
  const count = (outcome: Bar['outcome']): number => requests.filter((bar) => bar.outcome === outcome).length;
  const refreshes = bars.filter(({ kind }) => kind === 'refresh').length;
  return [
    ...(['answered', 'refused', 'pending'] as const)
      .filter((outcome) => count(outcome) > 0)
      .map((outcome) => `${count(outcome)} ${count(outcome) === 1 ? 'request' : 'requests'} ${outcome}`),
    ...requests.filter(({ outcome }) => outcome === 'wrong').map(({ label, note }) => `${label} got ${note}`),
    `${refreshes} ${refreshes === 1 ? 'refresh' : 'refreshes'}`,
    isSignedIn ? 'signed in at the end' : 'signed out at the end',
  ];
}

/** Whether a side ended as it must. */
export function isRight(name: RaceName, { bars, isSignedIn }: Play): boolean {
  const { expected }: Race = races[name];
  const outcomes = bars.filter(({ kind }) => kind === 'request').map(({ outcome }) => outcome);
  const refreshes = bars.length - outcomes.length;
  return (
    isSignedIn === expected.isSignedIn &&
    refreshes === expected.refreshes &&
    outcomes.join() === expected.outcomes.join()
  );
}
