/** The API for all measurements: bearer tokens, JSON, rotating refresh tokens. */
export interface Api {
  readonly fetch: typeof fetch;
  /** The number of refreshes. */
  readonly refreshes: number;
  /** Makes all tokens issued so far expire. */
  expireTokens(): void;
  /** Never responds to a refresh from now on. */
  stallRefreshes(): void;
  /** Never responds to a request for data from now on. */
  stallRequests(): void;
}

export const baseUrl = 'https://api.example.com/';
export const dataUrl = `${baseUrl}items`;

/** Creates an API in memory. Like `fetch`, it builds a `Request` from its arguments and returns a new `Response`. */
export function createApi(): Api {
  let generation = 0;
  let refreshes = 0;
  let isStalledFor = { refreshes: false, requests: false };

  const grant = (): Response =>
    Response.json({
      accessToken: `access-${generation}`,
      refreshToken: `refresh-${generation}`,
      expiresIn: 3600,
      user: { id: 'ada' },
      // RFC 6749, section 5.1, for @badgateway/oauth2-client.
      access_token: `access-${generation}`,
      refresh_token: `refresh-${generation}`,
      token_type: 'bearer',
      expires_in: 3600,
    });

  /** Keeps no reference to the request, so that only the client's memory is measured. */
  const answer = ({ url, headers }: Request): Response | undefined => {
    if (url.endsWith('/login')) return grant();
    if (url.endsWith('/refresh')) {
      refreshes += 1;
      return isStalledFor.refreshes ? undefined : grant();
    }
    const authorization = headers.get('authorization');
    if (authorization !== null && authorization !== `Bearer access-${generation}`)
      return Response.json({ code: 'TOKEN_EXPIRED' }, { status: 401 });
    return isStalledFor.requests ? undefined : Response.json({ items: [1, 2, 3] });
  };

  return {
    fetch(input, init) {
      const answered = answer(new Request(input, init));
      return answered === undefined ? new Promise(() => undefined) : Promise.resolve(answered);
    },
    get refreshes() {
      return refreshes;
    },
    expireTokens: () => void (generation += 1),
    stallRefreshes: () => void (isStalledFor = { ...isStalledFor, refreshes: true }),
    stallRequests: () => void (isStalledFor = { ...isStalledFor, requests: true }),
  };
}
