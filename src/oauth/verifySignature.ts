import { validateApplicationLevelSignature } from 'oauth4webapi';
import type { TokenRequest } from './tokens.ts';

/** The option `verifySignature`. */
export type VerifySignature = (
  request: Pick<TokenRequest, 'server' | 'options'>,
  response: Response,
) => Promise<void>;

/**
 * Verifies the signature of each ID token with the keys of the provider (`jwks_uri`), for the option `verifySignature` of
 * `oauth()`. Without it, the ID token is trusted because it comes directly from the token endpoint over TLS (OpenID Connect
 * Core, section 3.1.3.7). Use it where something between your program and the provider can change responses.
 *
 * @example
 * ```ts
 * import { oauth, verifySignature } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'shop', redirectUri: '/callback', verifySignature });
 * ```
 */
export const verifySignature: VerifySignature = ({ server, options }, response) =>
  validateApplicationLevelSignature(server, response, options);
