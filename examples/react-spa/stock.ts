import type { RunningServer } from '../../test/referenceServer/server.ts';

export const parts = [
  { name: 'Brass gears', stock: 128 },
  { name: 'Steel axles', stock: 42 },
  { name: 'Punched cards', stock: 1843 },
  { name: 'Carry levers', stock: 17 },
  { name: 'Number wheels', stock: 96 },
  { name: 'Printing drums', stock: 3 },
] as const;

/** Adds a name and a quantity to the server's response for an item. */
export function describeParts(server: RunningServer): void {
  server.intercept('api', async ({ url, method }, next) => {
    const answer = await next();
    const n = /\/items\/(\d+)$/.exec(new URL(url).pathname)?.[1];
    const part = method === 'GET' && answer.ok ? parts[Number(n) - 1] : undefined;
    if (part === undefined) return answer;
    const item: unknown = await answer.json();
    return Response.json(Object.assign({}, item, part));
  });
}
