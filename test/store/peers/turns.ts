import { lost } from './air.ts';
import { openWorld, type Tab, type World, type WorldOptions } from './world.ts';

export const lifetime = 60_000;
export const timeout = 10_000;

/** Tabs that share a store, without a lock and without messages. */
export function withoutLock(options: WorldOptions = {}): World {
  const { session, ...rest } = options;
  return openWorld({
    hasLock: false,
    fate: lost,
    session: { ...session, refresh: { proactive: false, timeout, ...session?.refresh } },
    ...rest,
  });
}

export const reasonOf = ({ session }: Tab) => session.getSnapshot().reason;

/** Holds the response to the next refresh call back until it is released. */
export function withhold({ server }: World): () => void {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.intercept(
    'refresh',
    async (_request, next) => {
      const answer = await next();
      await released;
      return answer;
    },
    { times: 1 },
  );
  return () => release();
}
