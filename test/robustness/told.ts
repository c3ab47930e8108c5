import { openSignedIn, type TestSession, type World } from '../refresh/world.ts';

/** The ways in which a program is told that something has happened. */
export const ways = ['subscribe', 'on', 'inspect'] as const;
type Way = (typeof ways)[number];

/** A world whose session tells `listener`, once and in this way, that it has this status. */
export async function openTold(
  way: Way,
  status: string,
  listener: (session: TestSession) => void,
): Promise<World> {
  let session: TestSession | null = null;
  let isTold = false;
  const tell = () => {
    if (isTold || session?.getSnapshot().status !== status) return;
    isTold = true;
    listener(session);
  };
  const world = await openSignedIn(way === 'inspect' ? { inspect: tell } : {});
  ({ session } = world);
  if (way === 'subscribe') session.subscribe(tell);
  if (way === 'on') session.on('*', tell);
  return world;
}
