import type { SessionEmitted } from '../../src/index.ts';
import { limitSession, type LimitOptions } from '../../src/limits/index.ts';
import { ada, openWorld, type AppSession } from '../session/ending/world.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** A page whose session has limits: reports what it was told, and lets the user act. */
export function limitPage(session: AppSession, options: LimitOptions) {
  const told: SessionEmitted[] = [];
  session.on('*', (event) => void told.push(event));
  const users = new Set<() => void>();
  const limits = limitSession(session, {
    activity(note) {
      users.add(note);
      return () => users.delete(note);
    },
    ...options,
  });
  return {
    session,
    limits,
    told,
    /** The user presses a key. */
    act: () => users.forEach((note) => note()),
    endings: () => told.filter(({ type }) => type === 'session.ending'),
    reason: () => session.getSnapshot().reason,
  };
}

/**
 * A server on a port, and pages that share a store, like tabs. Ada is signed in to the first one. `skip` moves the clock of
 * the device without its timers: the device has slept, or its clock was set.
 */
export async function openLimited(options: LimitOptions) {
  const world = await openWorld();
  let skipped = 0;
  const clock = { ...world.clock, now: () => world.clock.now() + skipped };
  const environment = { clock, random: () => 0.5, signals: world.signals };
  const open = (more: Parameters<typeof world.start>[0] = {}) =>
    limitPage(world.start({ refresh: { proactive: false }, environment, ...more }), options);
  const page = open();
  await page.session.login(ada);
  const skip = (milliseconds: number) => void (skipped += milliseconds);
  return { ...world, clock: { ...clock, skip }, page, open };
}
