import { oauth } from '../../src/oauth/index.ts';
import type { ObservableProtocol, ProtocolStep } from '../../src/observe/index.ts';

const issuer = 'https://id.example/';
const at = Date.UTC(2026, 10, 28, 9, 30);
const key = 'sessionchart.protocol.https://id.example/';
const thumbprint = 'w8XmE1UyQvGlXlPbuVh0mDtXGu6EkcFVzfQyMyNqcvI';

const shown = (name: string, value: string) => ({ name, value });
const hidden = (name: string) => ({ name, value: null });

const step = (
  name: ProtocolStep['name'],
  path: string,
  rest: Partial<ProtocolStep> = {},
): Omit<ProtocolStep, 'id' | 'at'> => ({
  name,
  url: `https://id.example${path}`,
  duration: 120,
  status: 200,
  code: null,
  isRepeat: false,
  proof: null,
  sent: [],
  received: [],
  ...rest,
});

const bound = { proof: thumbprint };
const code = [shown('grant_type', 'authorization_code'), hidden('code'), hidden('code_verifier')];
const refresh = [shown('grant_type', 'refresh_token'), hidden('refresh_token')];

/** The steps of a sign-in with DPoP and nonces, and of a refresh that is refused. */
export const recordedSteps: readonly ProtocolStep[] = [
  step('discovery', '/.well-known/openid-configuration', { received: [shown('issuer', issuer)] }),
  step('pushedAuthorization', '/par', {
    status: 201,
    sent: [shown('response_type', 'code'), shown('code_challenge_method', 'S256'), hidden('state')],
  }),
  step('authorization', '/authorize', {
    duration: 0,
    status: null,
    sent: [shown('client_id', 'shop'), hidden('request_uri')],
  }),
  step('callback', '', { url: 'https://shop.example/callback', status: null, received: [hidden('code')] }),
  step('token', '/token', { ...bound, status: 400, code: 'use_dpop_nonce', sent: code }),
  step('token', '/token', {
    ...bound,
    isRepeat: true,
    sent: code,
    received: [hidden('access_token'), shown('token_type', 'DPoP'), shown('expires_in', '300')],
  }),
  step('api', '', { url: 'https://api.example/me', status: 401, code: 'use_dpop_nonce', duration: 0 }),
  step('api', '', { ...bound, url: 'https://api.example/me', isRepeat: true, duration: 12 }),
  step('token', '/token', { ...bound, status: 400, code: 'invalid_grant', sent: refresh }),
].map((one, index) => ({ ...one, id: index + 1, at: at + index * 1_000 }));

/** A provider whose steps were recorded before the page was loaded. */
export function recordedProtocol(): ObservableProtocol {
  sessionStorage.setItem(key, JSON.stringify(recordedSteps));
  return oauth({ issuer, clientId: 'shop', redirectUri: '/callback' });
}
