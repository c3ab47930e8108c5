import { object } from '../errors/checks.ts';
import { MalformedGrantError } from '../errors/errors.ts';

/** The names under which servers send an access token. */
const tokenName = /^(?:access_?token|access|token|jwt|(?:refreshed|session)_?token)$/i;

/** @throws {MalformedGrantError} always; it suggests the field of the response that may contain the access token */
export function throwMissing(field: string, body: unknown): never {
  const path = findToken(body, [], 3);
  const hint = path === undefined ? '' : `: did you mean \`grant: { accessToken: '${path}' }\`?`;
  throw new MalformedGrantError(field, 'in the response', `nothing${hint}`);
}

/** A name that does not look like one might be a secret, and is not shown. */
function findToken(value: unknown, path: readonly string[], depth: number): string | undefined {
  if (!object.includes(value) || depth === 0) return undefined;
  const members = Object.entries<unknown>({ ...value }).filter(([name]) => /^[A-Za-z_]{1,20}$/.test(name));
  const found = members.find(([name, member]) => typeof member === 'string' && tokenName.test(name));
  if (found !== undefined) return [...path, found[0]].join('.');
  for (const [name, member] of members) {
    const below = findToken(member, [...path, name], depth - 1);
    if (below !== undefined) return below;
  }
  return undefined;
}
