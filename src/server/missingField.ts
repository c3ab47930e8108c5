import { object, text } from '../errors/checks.ts';
import { MalformedGrantError } from '../errors/errors.ts';

/** The names under which servers send a grant. */
const grantNames = [
  ['accessToken', /^(?:access_?token|access|token|jwt|(?:refreshed|session)_?token)$/i],
  ['refreshToken', /^refresh_?token$/i],
] as const;

/** @throws {MalformedGrantError} always; it suggests the fields of the response that may contain the tokens */
export function throwMissing(field: string, body: unknown): never {
  const found = grantNames
    .map(([option, names]) => [
      option,
      findPath(body, (value, name) => text.includes(value) && names.test(name)),
    ])
    // A refresh token beside the access token has the same path; one with a usual name is found anyway.
    .filter(([option, path]) => path !== undefined && (option === 'accessToken' || path.includes('.')))
    .map(([option, path]) => `${option}: '${path}'`);
  const hint = found.length === 0 ? '' : `: did you mean \`grant: { ${found.join(', ')} }\`?`;
  throw new MalformedGrantError(field, 'in the response', `nothing${hint}`);
}

/** Finds a member of parsed JSON. A name that does not look like one might be a secret, and is not shown. */
export function findPath(
  body: unknown,
  isSought: (value: unknown, name: string) => boolean,
  path: readonly string[] = [],
): string | undefined {
  if (!object.includes(body) || path.length > 2) return undefined;
  const members = Object.entries<unknown>({ ...body }).filter(([name]) => /^[A-Za-z_]{1,20}$/.test(name));
  const found = members.find(([name, value]) => isSought(value, name));
  if (found !== undefined) return [...path, found[0]].join('.');
  for (const [name, value] of members) {
    const below = findPath(value, isSought, [...path, name]);
    if (below !== undefined) return below;
  }
  return undefined;
}
