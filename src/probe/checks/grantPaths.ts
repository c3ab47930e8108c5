/** The usual names of the fields of a grant. */
const names = {
  accessToken: /^(?:access_?token|access|token|jwt|id_?token|(?:refreshed|session)_?token)$/i,
  refreshToken: /^refresh(?:_?token)?$/i,
} as const;

/** The fields of a response that may contain the tokens, by the names of `grant`. Usual names are left out. */
export function guessGrant(body: unknown): Record<string, string> {
  const found = Object.entries(names).flatMap(([option, pattern]) => {
    const path = findToken(body, pattern);
    return path === undefined ? [] : [[option, path] as const];
  });
  return Object.fromEntries(found.filter(([option, path]) => !isUsual(option, path)));
}

const findToken = (body: unknown, pattern: RegExp) =>
  findField(body, (value, name) => typeof value === 'string' && pattern.test(name));

/** Whether a response has a field with the usual name of an access token, at any depth. */
export const hasAccessToken = (body: unknown): boolean => findToken(body, names.accessToken) !== undefined;

/** Whether `restContract` reads the field without being told. */
export function isUsual(option: string, path: string): boolean {
  return [option, option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)].includes(path);
}

/** The path of the first field of parsed JSON that matches. */
export function findField(
  body: unknown,
  matches: (value: unknown, name: string) => boolean,
  path = '',
): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const [name, value] of Object.entries<unknown>({ ...body })) {
    const own = Array.isArray(body) ? `${path}[${name}]` : `${path}${path && '.'}${name}`;
    if (matches(value, name)) return own;
    const below = findField(value, matches, own);
    if (below !== undefined) return below;
  }
  return undefined;
}
