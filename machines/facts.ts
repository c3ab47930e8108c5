import { reasonOf, unavailable, type Step } from './rules.ts';
import type { SessionContext, SessionEmitted, SessionEvent, Stamp, Lack } from './types.ts';

type Fact<Type extends SessionEmitted['type']> = Extract<SessionEmitted, { type: Type }>;

/** The session's current credentials. */
export const stampOf = ({ sessionId, generation }: SessionContext): Stamp => ({
  sessionId: sessionId ?? '',
  generation,
});

export const authenticated = ({ context }: Step): Fact<'session.authenticated'> => ({
  type: 'session.authenticated',
  ...stampOf(context),
});

export const refreshed = ({ context }: Step): Fact<'session.refreshed'> => ({
  type: 'session.refreshed',
  ...stampOf(context),
});

export const refreshFailed = ({ context }: Step): Fact<'session.refreshFailed'> => ({
  type: 'session.refreshFailed',
  failure: context.failure ?? unavailable,
});

export const expired = (step: Step): Fact<'session.expired'> => ({
  type: 'session.expired',
  sessionId: step.context.sessionId,
  reason: step.context.reason ?? reasonOf(step),
});

export const loggedOut = (step: Step): Fact<'session.loggedOut'> => ({
  type: 'session.loggedOut',
  sessionId: step.context.sessionId,
  reason: step.context.reason ?? reasonOf(step),
});

/** Whether an event reports a problem with the store, a lock or a channel. Listeners receive such an event unchanged. */
export const isTrouble = (
  event: SessionEvent,
): event is Extract<SessionEvent, { type: 'store.failed' | Lack['type'] }> =>
  event.type === 'store.failed' ||
  event.type === 'store.cleared' ||
  event.type === 'lock.unavailable' ||
  event.type === 'channel.unavailable';
