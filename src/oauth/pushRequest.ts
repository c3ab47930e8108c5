import { processPushedAuthorizationResponse, pushedAuthorizationRequest } from 'oauth4webapi';
import { readError } from './readError.ts';
import type { TokenRequest } from './tokens.ts';

/** The option `pushRequest`. Returns the URI that stands for the parameters. */
export type PushRequest = (request: TokenRequest, parameters: URLSearchParams) => Promise<string>;

/**
 * Pushes the parameters of each authorization request to the provider, so that they are not in the address of its sign-in page
 * (RFC 9126). For the option `pushRequest` of `oauth()`. Some providers require it (`require_pushed_authorization_requests`).
 *
 * @example
 * ```ts
 * import { oauth, pushRequest } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'shop', redirectUri: '/callback', pushRequest });
 * ```
 */
export const pushRequest: PushRequest = async ({ server, client, clientAuth, options }, parameters) => {
  try {
    const response = await pushedAuthorizationRequest(server, client, clientAuth, parameters, options);
    return (await processPushedAuthorizationResponse(server, client, response)).request_uri;
  } catch (error) {
    throw readError(error);
  }
};
