type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface TokenStorage {
  read(): Tokens | null;
  write(tokens: Tokens | null): void;
}

/** The hand-written client that most front ends have: an `isRefreshing` flag and a `failedQueue`. */
export function createHandWrittenClient(fetch: Fetch, storage: TokenStorage) {
  let isRefreshing = false;
  let failedQueue: { resolve: (token: string) => void; reject: (error: unknown) => void }[] = [];

  function processQueue(error: unknown, token: string | null): void {
    for (const { resolve, reject } of failedQueue) {
      if (token === null) reject(error);
      else resolve(token);
    }
    failedQueue = [];
  }

  async function send(path: string, token: string | undefined): Promise<Response> {
    const response = await fetch(
      path,
      token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } },
    );
    if (!response.ok) throw new HttpError(response);
    return response;
  }

  async function refresh(): Promise<string> {
    const response = await post('/auth/refresh', { refreshToken: storage.read()?.refreshToken });
    const tokens = (await response.json()) as Tokens;
    storage.write(tokens);
    return tokens.accessToken;
  }

  async function post(path: string, body: object): Promise<Response> {
    const response = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new HttpError(response);
    return response;
  }

  return {
    async login(username: string, password: string): Promise<void> {
      const response = await post('/auth/login', { username, password });
      storage.write((await response.json()) as Tokens);
    },

    logout(): void {
      storage.write(null);
    },

    async get(path: string): Promise<Response> {
      try {
        return await send(path, storage.read()?.accessToken);
      } catch (error) {
        if (!(error instanceof HttpError) || error.response.status !== 401) throw error;
      }
      if (isRefreshing) {
        const token = await new Promise<string>((resolve, reject) => failedQueue.push({ resolve, reject }));
        return send(path, token);
      }
      isRefreshing = true;
      let token: string;
      try {
        token = await refresh();
        processQueue(null, token);
      } catch (error) {
        processQueue(error, null);
        storage.write(null); // sign out
        throw error;
      } finally {
        isRefreshing = false;
      }
      return send(path, token);
    },
  };
}

class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly response: Response;

  constructor(response: Response) {
    super(`The server responded with ${response.status}`);
    this.response = response;
  }
}
