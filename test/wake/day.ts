import type { Tab, World } from '../peers/world.ts';

export const seconds = 1_000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

/** Access tokens that live a quarter of an hour (in seconds), and no chance. */
export const long = { accessTokenLifetime: 900, random: () => 0 };

/** Milliseconds until they are due: the last half minute is leeway. */
export const due = 15 * minutes - 30 * seconds;

/** Time passes, and no timer of these tabs goes off meanwhile, as in a laptop that is closed. */
export async function sleep(world: World, tabs: readonly Tab[], milliseconds: number): Promise<void> {
  for (const { life } of tabs) life.freeze();
  await world.clock.advance(milliseconds);
}

/** The platform tells first, and the timers that are overdue go off afterwards. */
export function wake(tabs: readonly Tab[]): void {
  for (const { signals, life } of tabs) {
    signals.wake();
    life.thaw();
  }
}
