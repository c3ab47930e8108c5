import type { InterceptHandler } from '../../src/testing/index.ts';

/** Responds in place of the refresh endpoint. */
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

/** Lets the server refresh, and changes the grant in its response. */
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

/** Cuts the connection before the server receives the request. */
export const cutBefore: InterceptHandler = () => Response.error();

/** Lets the server handle the request, and loses its response. */
export const cutAfter: InterceptHandler = async (_request, next) => {
  await next();
  return Response.error();
};
