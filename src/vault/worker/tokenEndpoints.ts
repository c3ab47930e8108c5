import type { ContractEndpoints } from '../../server/contract.ts';

/** The addresses that answer with tokens. The worker sends no request of a page to them. */
export interface TokenEndpoints {
  includes(this: void, url: string): boolean;
  /** Adds the address of a call that the contract makes. */
  add(this: void, url: string): void;
}

export function createTokenEndpoints(
  { login, secondStep, refresh }: ContractEndpoints,
  baseUrl: string,
): TokenEndpoints {
  const known = new Set<string>();
  const add = (url: string) => void known.add(nameOf(url));
  for (const path of [login, secondStep, refresh]) {
    if (path !== undefined) add(new URL(path, baseUrl).href);
  }
  return { add, includes: (url) => known.has(nameOf(url)) };
}

/** Servers ignore some differences: case, percent-encoding, repeated slashes, a slash at the end, parameters of a segment. */
function nameOf(url: string): string {
  const { origin, pathname } = new URL(url);
  const path = decoded(pathname)
    .toLowerCase()
    .replace(/;[^/]*/g, '')
    .replace(/[\\/]+/g, '/')
    .replace(/\/$/, '');
  return origin + path;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
