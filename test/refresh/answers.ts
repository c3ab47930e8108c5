import type { InterceptHandler } from '../../src/testing/index.ts';

/** An answer of the refresh endpoint in place of the server's own. */
export function answer(
  status: number,
  body: string | object | null = null,
  headers: Readonly<Record<string, string>> = {},
): InterceptHandler {
  return () =>
    typeof body === 'object' && body !== null
      ? Response.json(body, { status, headers })
      : new Response(body, { status, headers });
}

export async function fieldsOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await response.json();
  return typeof body === 'object' ? { ...body } : {};
}

/** The server refreshes, and this is made of its answer. */
export function granted(
  change: (grant: Readonly<Record<string, unknown>>) => object | string,
  init: ResponseInit = {},
): InterceptHandler {
  return async (_request, next) => {
    const changed = change(await fieldsOf(await next()));
    return typeof changed === 'string' ? new Response(changed, init) : Response.json(changed, init);
  };
}

export const page = '<!doctype html><html><head><title>Sign in</title></head><body>Wi-Fi</body></html>';

export const html = { 'content-type': 'text/html; charset=utf-8' };
export const json = { 'content-type': 'application/json' };

/** The connection is cut before the server has seen the request. */
export const cutBefore: InterceptHandler = () => Response.error();

/** The server has served the request, and its answer is lost. */
export const cutAfter: InterceptHandler = async (_request, next) => {
  await next();
  return Response.error();
};
