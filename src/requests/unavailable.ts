import { pauseLeft } from '../../machines/index.ts';
import { RefreshUnavailableError } from '../errors/errors.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import type { RequestParts } from './requestParts.ts';

/** Creates the error for a failed refresh: the last failure, and the time to wait. */
export function unavailable<User, Login>(
  { lastError, settings }: Pick<RequestParts<User, Login>, 'lastError' | 'settings'>,
  actor: SessionActor,
): RefreshUnavailableError {
  const { context } = actor.getSnapshot();
  const wait = pauseLeft(context, settings.environment.clock.now());
  const cause = lastError.refresh;
  return new RefreshUnavailableError(context.failure, {
    retryAfter: wait > 0 ? wait : null,
    ...(cause !== null && { cause }),
  });
}
