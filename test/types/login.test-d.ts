import { describe, expectTypeOf, it } from 'vitest';
import {
  isLoginFailedError,
  LoginFailedError,
  sessionErrorOf,
  restContract,
  type ServerAnswer,
  type Verdict,
} from '../../src/index.ts';

const loginDetails = ({ headers }: ServerAnswer) => ({ request: headers.get('x-request-id') });

describe('a failed login', () => {
  it('has the verdict, and details of the type that `loginDetails` returns', () => {
    restContract({ login: 'login', loginDetails });
    const thrown: unknown = new LoginFailedError({ status: 401, serverCode: null });
    const error = sessionErrorOf(thrown);
    if (isLoginFailedError<ReturnType<typeof loginDetails>>(error)) {
      expectTypeOf(error).toEqualTypeOf<LoginFailedError<{ request: string | null }>>();
      expectTypeOf(error.details?.request).toEqualTypeOf<string | null | undefined>();
      expectTypeOf(error.verdict).toEqualTypeOf<Verdict>();
      expectTypeOf(error.retryAfter).toEqualTypeOf<number | null>();
    }
    if (isLoginFailedError<'locked'>(thrown))
      expectTypeOf(thrown.details).toEqualTypeOf<'locked' | null | undefined>();
  });

  it('requires that `loginDetails` takes an answer', () => {
    // @ts-expect-error it receives an answer, not the body
    restContract({ login: 'login', loginDetails: (body: string) => body });
  });
});
