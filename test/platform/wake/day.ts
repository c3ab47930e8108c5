import type { Tab, World } from '../../store/peers/world.ts';

export const seconds = 1_000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

/** Access tokens with a lifetime of 15 minutes (in seconds), and no randomness. */
export const long = { accessTokenLifetime: 900, random: () => 0 };

/** Milliseconds until they are due, which is half a minute before the expiry. */
export const due = 15 * minutes - 30 * seconds;

/** Advances the time without running timers of these tabs, as in a closed laptop. */
export async function sleep(world: World, tabs: readonly Tab[], milliseconds: number): Promise<void> {
  for (const { life } of tabs) life.freeze();
  await world.clock.advance(milliseconds);
}

/** Sends the platform's signal first, then runs the overdue timers. */
export function wake(tabs: readonly Tab[]): void {
  for (const { signals, life } of tabs) {
    signals.wake();
    life.thaw();
  }
}
