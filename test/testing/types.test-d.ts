import { expectTypeOf, it } from 'vitest';
import {
  createTestSession,
  type SessionState,
  type TestSession,
  type TestSessionOptions,
} from '../../src/testing/index.ts';
import { coded } from '../referenceServer/contracts/coded.ts';

it('the names of states are tied to the machine', () => {
  expectTypeOf<SessionState>().toEqualTypeOf<
    | 'anonymous'
    | 'anonymous.restoring'
    | 'anonymous.restoring.reading'
    | 'anonymous.restoring.requesting'
    | 'anonymous.restoring.backingOff'
    | 'anonymous.idle'
    | 'anonymous.signingIn'
    | 'anonymous.challenged'
    | 'anonymous.challenged.idle'
    | 'anonymous.challenged.signingIn'
    | 'authenticated'
    | 'authenticated.fresh'
    | 'authenticated.due'
    | 'authenticated.due.ready'
    | 'authenticated.due.deferred'
    | 'refreshing'
    | 'refreshing.acquiring'
    | 'refreshing.requesting'
    | 'refreshing.backingOff'
    | 'refreshing.offline'
    | 'expired'
    | 'expired.idle'
    | 'expired.signingIn'
    | 'expired.challenged'
    | 'expired.challenged.idle'
    | 'expired.challenged.signingIn'
    | 'loggedOut'
    | 'loggedOut.idle'
    | 'loggedOut.revoking'
    | 'loggedOut.backingOff'
  >();
});

it('the session has the types of its contract', () => {
  expectTypeOf(createTestSession).toBeCallableWith({ state: 'expired' });
  expectTypeOf<TestSessionOptions['contract']>().toEqualTypeOf<undefined>();
  const own = () => createTestSession({ contract: coded, credentials: { username: '', password: '' } });
  expectTypeOf(own).returns.resolves.toEqualTypeOf<
    TestSession<{ id: string; email: string }, { username: string; password: string }>
  >();
});
