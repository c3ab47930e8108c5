import { reasonOf, unavailable, type Step } from './rules.ts';
import type {
  AttemptStart,
  Ending,
  SessionContext,
  SessionEmitted,
  SessionEvent,
  Stamp,
  StepUp,
  Verdicted,
} from './types.ts';

type Fact<Type extends SessionEmitted['type']> = Extract<SessionEmitted, { type: Type }>;

/** The session's current credentials. */
export const stampOf = ({ sessionId, generation }: SessionContext): Stamp => ({
  sessionId: sessionId ?? '',
  generation,
});

/** Which call of `login` an authenticator belongs to. */
export const loginOf = ({ event }: { readonly event: SessionEvent }): { loginId: string } => ({
  loginId: event.type === 'session.login' ? event.loginId : '',
});

export const attemptStart = ({ context: { failures, retryFrom } }: Step): AttemptStart => ({
  type: 'attempt.start',
  failures,
  failedAt: retryFrom,
});

export const authenticated = ({ context }: Step): Fact<'session.authenticated'> => ({
  type: 'session.authenticated',
  ...stampOf(context),
});

export const refreshed = ({ context }: Step): Fact<'session.refreshed'> => ({
  type: 'session.refreshed',
  ...stampOf(context),
});

export const userUpdated = ({ context }: Step): Fact<'session.userUpdated'> => ({
  type: 'session.userUpdated',
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

/** Reports that the server may still accept the tokens. If the actor broke, there is no response. */
export const logoutFailed = ({ context, event }: Step): Fact<'session.logoutFailed'> => {
  const isAnswered = event.type === 'logout.refused' || event.type === 'logout.failed';
  const { sessionId, generation } = isAnswered ? event : stampOf(context);
  const { at, status, code, explanation }: Omit<Verdicted, keyof Stamp> = isAnswered
    ? event
    : { at: context.now, status: null, code: null };
  return { type: 'session.logoutFailed', sessionId, generation, at, status, code, explanation };
};

export const stepUpRequired = (
  _: unknown,
  verdict: Verdicted & Partial<StepUp>,
): Fact<'session.stepUpRequired'> => ({
  acrValues: null,
  maxAge: null,
  ...verdict,
  type: 'session.stepUpRequired',
});

export const ending = (
  _: unknown,
  { sessionId, reason, endsAt }: Ending & Pick<Stamp, 'sessionId'>,
): Fact<'session.ending'> => ({ type: 'session.ending', sessionId, reason, endsAt });

/** An event that listeners receive as it is. */
export const unchanged = (_: unknown, event: Extract<SessionEvent, SessionEmitted>): SessionEmitted => event;
