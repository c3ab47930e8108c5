import { describe, expectTypeOf, test } from 'vitest';
import { SessionDevtools } from '../../src/devtools/index.ts';
import { oauth } from '../../src/oauth/index.ts';
import { observeProtocol, type ProtocolStep } from '../../src/observe/index.ts';
import type { Session } from '../../src/index.ts';

interface User {
  readonly sub: string;
  readonly email: string;
}

const auth = oauth<User>({
  issuer: 'https://id.example',
  clientId: 'shop',
  user: ({ sub }) => ({ sub, email: '' }),
});
declare const session: Session;

describe('the steps of OAuth', () => {
  test('are those of the result of `oauth()`, with any user', () => {
    expectTypeOf(observeProtocol(auth).steps()).toEqualTypeOf<readonly ProtocolStep[]>();
    expectTypeOf(SessionDevtools({ session, auth })).not.toBeAny();
    // @ts-expect-error a session is not the result of `oauth()`
    observeProtocol(session);
  });

  test('have a name of a known step', () => {
    observeProtocol(auth).subscribe(({ name }) => {
      expectTypeOf<'token'>().toExtend<typeof name>();
      // @ts-expect-error there is no such step
      name satisfies 'login';
    });
  });
});

test('the devtools are inline or docked at one of two sides', () => {
  SessionDevtools({ session, position: 'bottom' });
  // @ts-expect-error there is no such position
  SessionDevtools({ session, position: 'left' });
});
