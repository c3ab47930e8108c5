import { SessionError } from '../errors/errors.ts';
import { hasCode } from '../errors/hasCode.ts';

/** A step of OAuth failed: the provider refused, or its response does not conform to the protocol. */
export class AuthorizationError extends SessionError {
  declare readonly code: 'ERR_AUTHORIZATION';
  /**
   * The provider's code (`access_denied`, `login_required`: RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6), a
   * code of this library (such as `unknown_state`, `popup_closed` or `expired_token`), or that of a check of oauth4webapi
   * (`OAUTH_JWT_CLAIM_COMPARISON_FAILED`).
   */
  readonly error: string;
  /** The provider's `error_description`: untrusted text for the developer. `null` if there is none. */
  readonly description: string | null;

  constructor(error: string, message: string, description: string | null = null) {
    super('ERR_AUTHORIZATION', message);
    this.error = error;
    this.description = description;
  }
}

/**
 * Codes of this library: the callback belongs to no sign-in that is under way, the user has closed the popup, the browser has
 * blocked it, the hidden frame got no response in time, the device code has expired, the provider grants no DPoP token, the key
 * of a session is lost, the userinfo endpoint refuses the access token, or an API has no token (`tokenPerApi` does not name it,
 * the provider sends no refresh token, or the token has not arrived yet).
 */
export type OwnCode =
  | 'unknown_state'
  | 'popup_closed'
  | 'popup_blocked'
  | 'frame_timeout'
  | 'expired_token'
  | 'dpop_not_supported'
  | 'dpop_key_lost'
  | 'userinfo_refused'
  | 'unknown_api'
  | 'no_refresh_token'
  | 'token_missing';

/** Creates the error of a callback that belongs to no sign-in. */
export const unknownSignIn = (): AuthorizationError =>
  new AuthorizationError('unknown_state', 'The response belongs to no sign-in that is under way');

/** Whether an error is an {@link AuthorizationError}, also of another copy of this library. */
export const isAuthorizationError = (error: unknown): error is AuthorizationError =>
  hasCode(error, 'ERR_AUTHORIZATION');
