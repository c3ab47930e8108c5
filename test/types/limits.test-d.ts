import { describe, expectTypeOf, it } from 'vitest';
import { createSession, restContract } from '../../src/index.ts';
import {
  limitSession,
  pageActivity,
  type ActivitySource,
  type SessionLimits,
} from '../../src/limits/index.ts';

const session = createSession({
  baseUrl: 'https://api.example.com',
  server: restContract<{ readonly id: string }, { readonly code: string }>({ login: 'login' }),
});

describe('the limits of a session', () => {
  it('take a session of any user', () => {
    expectTypeOf(limitSession(session, { idle: 900_000 })).toEqualTypeOf<SessionLimits>();
    expectTypeOf<SessionLimits>().toExtend<Disposable>();
    // @ts-expect-error -- options are missing
    const _none = () => limitSession(session);
    // @ts-expect-error -- misspelt
    const _misspelt = () => limitSession(session, { idleTime: 900_000 });
    // @ts-expect-error -- a duration is a number of milliseconds
    const _text = () => limitSession(session, { lifetime: '12h' });
  });

  it('take a source of activity that can be unsubscribed from', () => {
    expectTypeOf(pageActivity).toExtend<ActivitySource>();
    // @ts-expect-error -- it returns no unsubscribe function
    const _endless = () => limitSession(session, { idle: 900_000, activity: (note: () => void) => note() });
  });

  it('show in the view which limit ends the session', () => {
    expectTypeOf(session.getSnapshot().ending?.reason).toEqualTypeOf<'idle' | 'lifetime' | undefined>();
    expectTypeOf(session.getSnapshot().ending?.endsAt).toEqualTypeOf<number | undefined>();
  });
});
