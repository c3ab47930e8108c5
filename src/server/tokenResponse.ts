/** The response of a token endpoint, as it is (RFC 6749, section 5.1). `login` and `refresh` may return it. */
export interface TokenResponse<User = unknown> {
  access_token: string;
  token_type?: string | undefined;
  /** The lifetime of the access token, in seconds. */
  expires_in?: number | string | null | undefined;
  refresh_token?: string | null | undefined;
  scope?: string | undefined;
  /** Not part of the standard, but some servers send it. */
  user?: User | undefined;
}
