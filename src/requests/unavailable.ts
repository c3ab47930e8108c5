import { pauseLeft } from '../../machines/index.ts';
import { RefreshUnavailableError } from '../errors/errors.ts';
import type { SessionActor } from '../session/world.ts';
import type { RequestParts } from './requestParts.ts';

/** Why there is no new access token now: what failed last, and how long the server wants to be left alone. */
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
