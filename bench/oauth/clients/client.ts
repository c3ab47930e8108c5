/** What the comparison asks of each library, written as its documentation says. */
export interface Client {
  /** Leaves the page for the provider. */
  signIn(): Promise<unknown>;
  /** Completes the sign-in on the page to which the user returns. */
  complete(): Promise<unknown>;
  isSignedIn(): Promise<boolean>;
  /** Calls the API once with an access token that the library holds valid. Returns the status. */
  call(): Promise<number>;
  /** Signs out in this application, without leaving the page. */
  signOut(): Promise<unknown>;
}

export interface Settings {
  readonly issuer: string;
  readonly api: string;
  readonly redirectUri: string;
}

export async function callApi(api: string, accessToken: string | undefined): Promise<number> {
  const headers: Record<string, string> =
    accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  const { status } = await fetch(`${api}/me`, { headers });
  return status;
}
