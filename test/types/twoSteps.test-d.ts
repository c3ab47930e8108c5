import { describe, expectTypeOf, it } from 'vitest';
import {
  cookieContract,
  createSession,
  restContract,
  sessionErrorOf,
  twoStepLogin,
  type LoginChallengeError,
  type ServerContract,
  type Session,
  type TwoStepLogin,
  isLoginChallengeError,
} from '../../src/index.ts';

interface User {
  readonly id: string;
}

type Credentials = { readonly email: string; readonly password: string } | { readonly code: string };

const login = twoStepLogin<Credentials>({ first: 'login', second: 'login/code', ticket: 'mfa_token' });

describe('a login in two steps', () => {
  it('takes the credentials of both steps', () => {
    expectTypeOf(login).toEqualTypeOf<TwoStepLogin<Credentials>>();
    const server = restContract<User, Credentials>({ login, refresh: 'token' });
    expectTypeOf(server).toExtend<ServerContract<User, Credentials>>();
    expectTypeOf(cookieContract<User, Credentials>({ login, refresh: 'token' })).toExtend<
      ServerContract<User, Credentials>
    >();
    const session = createSession({ baseUrl: 'https://api.example.com', server });
    expectTypeOf(session).toEqualTypeOf<Session<User, Credentials>>();
    // @ts-expect-error -- no step has such credentials
    void session.login({ otp: '123456' });
  });

  it('requires an endpoint for each step, and the field of the ticket', () => {
    // @ts-expect-error -- the second step is missing
    twoStepLogin<Credentials>({ first: 'login', ticket: 'mfa_token' });
    // @ts-expect-error -- the ticket is missing
    twoStepLogin<Credentials>({ first: 'login', second: 'login/code' });
  });

  it('shows what the form may show, of an unknown type', () => {
    const error = sessionErrorOf(new Error());
    if (isLoginChallengeError(error)) {
      expectTypeOf(error).toEqualTypeOf<LoginChallengeError>();
      expectTypeOf(error.challenge).toBeUnknown();
    }
  });
});

describe('a silent sign-in', () => {
  it('is a choice of the contract, and allows a refresh without tokens', () => {
    expectTypeOf<ServerContract['silentSignIn']>().toEqualTypeOf<boolean | undefined>();
    restContract<User, Credentials>({ login, refresh: 'token', silentSignIn: true });
    cookieContract<User, Credentials>({ login, refresh: 'token', silentSignIn: true });
    // @ts-expect-error -- not a choice
    restContract<User, Credentials>({ login, refresh: 'token', silentSignIn: 'always' });
  });
});
