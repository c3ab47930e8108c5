export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Throws if a body lacks a token, so that no test continues with `undefined`. */
export function tokensOf(body: unknown): Tokens {
  if (!hasTokens(body)) throw new TypeError('Expected the body to have `accessToken` and `refreshToken`');
  return body;
}

export async function readTokens(response: Response): Promise<Tokens> {
  return tokensOf(await response.json());
}

function hasTokens(body: unknown): body is Tokens {
  return (
    typeof body === 'object' &&
    body !== null &&
    'accessToken' in body &&
    typeof body.accessToken === 'string' &&
    'refreshToken' in body &&
    typeof body.refreshToken === 'string'
  );
}
