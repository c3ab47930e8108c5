import { isNewer, type SessionEvent } from '../../machines/index.ts';
import { factsOf } from '../store/credentials.ts';
import { failedRefreshIn } from '../store/failedRefresh.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { StoredRecord, StoredSession } from '../store/recordTypes.ts';
import type { RefreshParts } from './refreshParts.ts';
import { pause } from '../platform/pause.ts';
import type { Lease } from '../store/sessionStore.ts';

type Send = (event: SessionEvent) => void;

/** The pause before the second read after a refusal, in milliseconds. It doubles with each read. */
const firstDelay = 100;

/**
 * Whether another session has refreshed or ended the session in the meantime. If the store shows writes late, it is read
 * repeatedly for that long.
 */
export async function isOvertaken<User, Login>(
  parts: RefreshParts<User, Login>,
  session: StoredSession<User>,
  { lateness }: Lease,
  send: Send,
): Promise<boolean> {
  const { credentials, boundedStore, settings, disposal } = parts;
  for (let waited = 0, delay = firstDelay; ; waited += delay, delay *= 2) {
    if (!credentials.isCurrent(session)) return true;
    const found = await boundedStore.read();
    if (!credentials.isCurrent(session) || tellNews(parts, session, found, send)) return true;
    if (waited + delay > lateness) return false;
    await pause(settings.environment.clock, delay, disposal);
  }
}

/** Tells the machine if the store has newer information than this session. Returns whether it has. */
export function tellNews<User, Login>(
  { credentials, boundedStore, settings }: RefreshParts<User, Login>,
  session: StoredSession<User>,
  found: StoredRecord<User> | null,
  send: Send,
): boolean {
  if (found === null) return false;
  const { sessionId } = session;
  if (isEnded(found)) {
    const ended = boundedStore.endOf(sessionId, found);
    if (ended === null) return false;
    send({ type: `peer.${ended}`, sessionId, at: settings.environment.clock.now() });
    return true;
  }
  if (found.sessionId === sessionId && found.generation <= session.generation) return false;
  credentials.stage(found);
  send({ type: 'peer.adopted', ...factsOf(found, settings) });
  return true;
}

/** The known failures when an attempt starts. */
export interface Known {
  readonly failures: number;
  /** When the last one failed, in milliseconds since the epoch. */
  readonly failedAt: number;
  /** When the attempt began. */
  readonly startedAt: number;
}

/** Tells the machine if the store contains a failure that is new to it. Returns whether it does. */
export function tellFailure<User, Login>(
  { settings, neededFor }: RefreshParts<User, Login>,
  session: StoredSession<User>,
  { found, known }: { readonly found: StoredRecord<User> | null; readonly known: Known },
  send: Send,
): boolean {
  const failed = failedRefreshIn(found, settings.environment.clock.now(), settings.refresh.maxRetryAfter);
  if (failed?.generation !== session.generation) return false;
  const isOver = failed.retryAt <= failed.at && failed.failedAt < known.startedAt;
  if (isOver || !isNewer(failed, known.failedAt)) return false;
  send({ type: 'peer.refreshFailed', ...failed, neededFor: neededFor() });
  return true;
}
