import { openSignedIn, type TestSession, type World } from '../refresh/world.ts';

/** The ways in which an application is told about an event. */
export const ways = ['subscribe', 'on', 'inspect'] as const;
type Way = (typeof ways)[number];

/** A world whose session calls `listener` once, in the given way, when it reaches the given status. */
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
