import { processUserInfoResponse, userInfoRequest, type UserInfoResponse } from 'oauth4webapi';
import { AuthorizationError } from './authorizationError.ts';
import type { TokenRequest } from './tokens.ts';

/** The option `userInfo`. Returns the claims of the user with this `sub`. */
export type UserInfo = (request: TokenRequest, accessToken: string, sub: string) => Promise<UserInfoResponse>;

/**
 * Asks the userinfo endpoint for further claims at each sign-in (OpenID Connect Core, section 5.3), for the option `userInfo` of
 * `oauth()`. Strict providers refuse a token that is meant for the API of `resource` there: the sign-in then fails with
 * `userinfo_refused`. Take the claims from the ID token instead, or leave out `resource`.
 *
 * @example
 * ```ts
 * import { oauth, userInfo } from 'sessionchart/oauth';
 *
 * const auth = oauth({
 *   issuer: 'https://id.example.com',
 *   clientId: 'shop',
 *   redirectUri: '/callback',
 *   scope: 'openid profile',
 *   userInfo,
 * });
 * ```
 */
export const userInfo: UserInfo = async ({ server, client, options }, accessToken, sub) => {
  const response = await userInfoRequest(server, client, accessToken, options);
  if (response.status === 401 || response.status === 403)
    throw new AuthorizationError(
      'userinfo_refused',
      `The userinfo endpoint refused the access token (${response.status}). Is it meant for the API of \`resource\`?`,
    );
  return processUserInfoResponse(server, client, sub, response);
};
