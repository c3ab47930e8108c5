import { createHmac } from 'node:crypto';

/**
 * Returns the access token of a stored session as it is after its lifetime, signed with the server's secret (HS256).
 *
 * @param {string} token
 * @param {string | Buffer} secret
 */
export function expiredJwt(token, secret) {
  const [header, payload] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const lifetime = claims.exp - claims.iat;
  const exp = Math.floor(Date.now() / 1000) - 60;
  const past = { ...claims, iat: exp - lifetime, exp };
  const signed = `${header}.${Buffer.from(JSON.stringify(past)).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
