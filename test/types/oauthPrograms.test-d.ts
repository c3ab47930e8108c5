import { ClientSecretBasic } from 'oauth4webapi';
import { describe, expectTypeOf, it } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { loopback, type LoopbackOptions } from '../../src/node/index.ts';
import {
  clientCredentials,
  deviceCode,
  oauth,
  pushRequest,
  tokenPerApi,
  userInfo,
  verifySignature,
  type ApiTokens,
  type DevicePrompt,
  type OAuthUser,
  type SignIn,
} from '../../src/oauth/index.ts';

const issuer = 'https://id.example';
const baseUrl = 'https://api.example';

describe('sign-ins of programs', () => {
  it('are passed to `session.login` of a session at a provider', () => {
    const auth = oauth({ issuer, clientId: 'tool', user: ({ sub }) => ({ sub, isAdmin: false }) });
    const session = createSession({ baseUrl, ...auth.options });
    expectTypeOf(session).toEqualTypeOf<Session<{ sub: string; isAdmin: boolean }, SignIn>>();
    const show = ({ userCode, verificationUriComplete }: DevicePrompt) => {
      expectTypeOf(userCode).toEqualTypeOf<string>();
      expectTypeOf(verificationUriComplete).toEqualTypeOf<string | null>();
    };
    void session.login(deviceCode({ show }));
    void session.login(loopback({ open: (url) => url.startsWith('https:'), acrValues: 'gold', maxAge: 0 }));
    expectTypeOf<LoopbackOptions['open']>().toEqualTypeOf<(url: string) => unknown>();
    // @ts-expect-error a password is not a way to sign in
    void session.login({ username: 'ada', password: 'lovelace' });
  });

  it('of a service need no argument', () => {
    const { options } = clientCredentials({
      issuer,
      clientId: 'service',
      clientAuth: ClientSecretBasic('s'),
    });
    const session = createSession({ baseUrl, ...options });
    expectTypeOf(session).toEqualTypeOf<Session<OAuthUser, void>>();
    expectTypeOf(session.login()).toEqualTypeOf<Promise<OAuthUser | null>>();
    // @ts-expect-error a service has no redirect URI
    clientCredentials({ issuer, clientId: 'service', clientAuth: ClientSecretBasic('s'), redirectUri: '/' });
  });
});

describe('tokenPerApi', () => {
  it('is a resource, by the origins of the APIs', () => {
    const resource = tokenPerApi({ 'https://a.example': 'urn:a', 'https://b.example': { scope: 'b' } });
    expectTypeOf(resource).toEqualTypeOf<ApiTokens>();
    oauth({ issuer, clientId: 'spa', resource });
    // @ts-expect-error an API has a resource indicator or a scope
    tokenPerApi({ 'https://a.example': { audience: 'a' } });
  });
});

describe('options of `oauth` that are imports', () => {
  it('take the function of the same name', () => {
    oauth({ issuer, clientId: 'spa', userInfo, verifySignature, pushRequest });
    // @ts-expect-error `true` was accepted before, and is no function
    oauth({ issuer, clientId: 'spa', userInfo: true });
    // @ts-expect-error another function
    oauth({ issuer, clientId: 'spa', pushRequest: userInfo });
  });
});
