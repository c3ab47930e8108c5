/** The API that everything is measured against: bearer tokens, JSON, refresh tokens that rotate. */
export interface Api {
  readonly fetch: typeof fetch;
  /** How many refreshes there were. */
  readonly refreshes: number;
  /** Refuses every token that was issued until now. */
  expireTokens(): void;
  /** Lets refreshes wait for ever. */
  stallRefreshes(): void;
  /** Lets requests for data wait for ever. */
  stallRequests(): void;
}

export const baseUrl = 'https://api.example.com/';
export const dataUrl = `${baseUrl}items`;

/** Answers in memory, as `fetch` does: it builds a `Request` from what it is given, and a new `Response`. */
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
    });

  /** Keeps nothing of the request but its answer: what a client holds is what is measured. */
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
