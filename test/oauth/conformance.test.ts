import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { isAuthorizationError, oauth, userInfo, verifySignature } from '../../src/oauth/index.ts';
import { createMemoryStorage } from './memoryStorage.ts';
import { startForgedProvider, type Fault } from './forgedProvider.ts';

/** Signs in at a provider with this fault. Returns the session and the error. */
async function signInAt({ maxAge, ...fault }: Fault, isSignatureVerified = true) {
  await using provider = await startForgedProvider();
  provider.fault = fault;
  const places: string[] = [];
  const auth = oauth({
    issuer: provider.issuer,
    clientId: 'spa',
    redirectUri: 'http://localhost/callback',
    scope: 'openid email',
    ...(fault.userInfo !== undefined && { userInfo }),
    ...(isSignatureVerified && { verifySignature }),
    storage: createMemoryStorage(),
    navigate: (url) => void places.push(url),
  });
  const session = createSession({ baseUrl: provider.issuer, ...auth.options });
  const error = await auth
    .signIn({ returnTo: '/', ...(maxAge !== undefined && { maxAge }) })
    .then(() => auth.complete(session, provider.callbackOf(places[0] ?? '')))
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  session.dispose();
  const { status, user } = session.getSnapshot();
  return { error, status, user, paths: provider.paths };
}

/** The message of the error, and of its cause, which says what was wrong. */
function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { cause } = error;
  return isAuthorizationError(error) ? error.message : cause instanceof Error ? cause.message : error.message;
}

const seconds = () => Math.floor(Date.now() / 1000);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The cases of the conformance suite of OpenID (profile for relying parties), and others of the RFCs. */
const faults: readonly (readonly [string, Fault, RegExp])[] = [
  [
    'metadata of another issuer',
    { metadata: (right) => ({ ...right, issuer: 'https://other.example' }) },
    /"issuer"/,
  ],
  [
    'metadata without a token endpoint',
    { metadata: ({ token_endpoint: _, ...rest }) => rest },
    /token_endpoint/,
  ],
  ['metadata that are no object', { metadata: () => ['a list'] }, /JSON object|top level object/],
  ['a callback of another issuer', { callback: (it) => it.set('iss', 'https://other.example') }, /"iss"/],
  ['a callback without the issuer that is announced', { callback: (it) => it.delete('iss') }, /"iss"/],
  ['a callback with two codes', { callback: (it) => it.append('code', 'other') }, /"code"|once/],
  ['a callback without a code', { callback: (it) => it.delete('code') }, /code/],
  [
    'a callback with an unknown state',
    { callback: (it) => it.set('state', 'other') },
    /belongs to no sign-in/,
  ],
  ['a callback with an error', { callback: (it) => it.set('error', 'access_denied') }, /access_denied/],
  ['an ID token of another issuer', { claims: (it) => ({ ...it, iss: 'https://other.example' }) }, /"iss"/],
  ['an ID token without an issuer', { claims: ({ iss: _, ...it }) => it }, /"iss"/],
  ['an ID token for another client', { claims: (it) => ({ ...it, aud: 'other' }) }, /"aud"/],
  ['an ID token without an audience', { claims: ({ aud: _, ...it }) => it }, /"aud"/],
  [
    'an ID token for further clients',
    { claims: (it) => ({ ...it, aud: ['spa', 'other'], azp: 'other' }) },
    /"aud"|"azp"/,
  ],
  ['an ID token without a subject', { claims: ({ sub: _, ...it }) => it }, /"sub"/],
  ['an ID token with another nonce', { claims: (it) => ({ ...it, nonce: 'other' }) }, /"nonce"/],
  ['an ID token without the nonce', { claims: ({ nonce: _, ...it }) => it }, /"nonce"/],
  ['an ID token that has expired', { claims: (it) => ({ ...it, exp: seconds() - 60 }) }, /"exp"/],
  ['an ID token without an expiry', { claims: ({ exp: _, ...it }) => it }, /"exp"/],
  ['an ID token without a time of issue', { claims: ({ iat: _, ...it }) => it }, /"iat"/],
  ['an ID token that is not valid yet', { claims: (it) => ({ ...it, nbf: seconds() + 600 }) }, /"nbf"/],
  [
    'an ID token whose user signed in too long ago',
    { maxAge: 60, claims: (it) => ({ ...it, auth_time: seconds() - 600 }) },
    /too much time/,
  ],
  [
    'an ID token without the time of the sign-in',
    { maxAge: 60, claims: ({ auth_time: _, ...it }) => it },
    /\"auth_time\"/,
  ],
  [
    'an ID token with `alg: none`',
    { idToken: (it) => `${part({ alg: 'none' })}.${it.split('.')[1]}.` },
    /"alg"|JWT/,
  ],
  [
    'an ID token signed with HMAC',
    { idToken: (it) => `${part({ alg: 'HS256' })}.${it.split('.')[1]}.AAAA` },
    /"alg"/,
  ],
  ['an ID token of an unknown key', { hasForeignKey: true }, /signature/],
  [
    'an ID token with changed claims',
    {
      idToken: (it) =>
        it.replace(
          /\.[^.]*\./,
          (claims) =>
            `.${part({ ...(JSON.parse(Buffer.from(claims.slice(1, -1), 'base64url').toString()) as object), email: 'eve' })}.`,
        ),
    },
    /signature/,
  ],
  ['an ID token that is none', { idToken: () => 'text' }, /JWT/],
  ['no ID token', { idToken: () => undefined }, /id_token/],
  ['a token response without a token', { tokens: ({ access_token: _, ...it }) => it }, /access_token/],
  ['a token response without a type', { tokens: ({ token_type: _, ...it }) => it }, /token_type/],
  ['a token of another type', { tokens: (it) => ({ ...it, token_type: 'mac' }) }, /token_type/],
  [
    'a refused code',
    { tokenResponse: { status: 400, type: 'application/json', body: '{"error":"invalid_grant"}' } },
    /invalid_grant/,
  ],
  ['a user of another subject', { userInfo: (it) => ({ ...it, sub: 'eve' }) }, /"sub"/],
  ['a user without a subject', { userInfo: ({ sub: _, ...it }) => it }, /"sub"/],
  [
    'a token that the userinfo endpoint refuses',
    { userInfo: () => null },
    /userinfo endpoint refused .* \(401\)/,
  ],
];

describe('A sign-in is refused, with an error that says what is wrong:', () => {
  test.each(faults)('%s', async (_, fault, reason) => {
    const { error, status } = await signInAt(fault);

    expect(reasonIn(error)).toMatch(reason);
    expect(status).toBe('anonymous');
  });
});

test('A provider without a fault signs in, with the claims of both sources', async () => {
  expect(await signInAt({ userInfo: (it) => it })).toMatchObject({
    error: null,
    status: 'authenticated',
    user: { sub: 'ada', email: 'ada@example.com' },
  });
});

test('Without `verifySignature`, the claims of the ID token are checked, its algorithm too, and no keys are requested', async () => {
  expect(await signInAt({}, false)).toMatchObject({ error: null, status: 'authenticated' });
  const unsigned: Fault = { idToken: (it) => `${part({ alg: 'none' })}.${it.split('.')[1]}.` };
  const { error, status, paths } = await signInAt(unsigned, false);
  expect(reasonIn(error)).toMatch(/"alg"|JWT/);
  expect(status).toBe('anonymous');
  expect(paths).toContain('/token');
  expect(paths).not.toContain('/jwks');
});
