import type { Grant } from './contract.ts';
import { check, expectMembers, func, object, oneOf, text, type Kind } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { readOptionalToken, readToken } from './grant.ts';
import { jwtClaims, type JwtClaims } from './jwtClaims.ts';
import { throwMissing } from './missingField.ts';
import type { TokenResponse } from './tokenResponse.ts';
import { fieldAt, isJson } from './readJson.ts';
import { reportReduced } from '../platform/report.ts';

/** The fields of a grant in a response. */
export interface GrantFields<User> {
  /**
   * The name of a field, with dots or brackets for a path (`data.token`, `tokens[0].value`). Default is `'accessToken'`, or
   * `'access_token'`.
   */
  accessToken?: string;
  /**
   * Default is `'refreshToken'`, or `'refresh_token'`. By default, `refresh` and `logout` send the refresh token under the
   * last name of the path under which it came.
   */
  refreshToken?: string;
  /**
   * The field with the lifetime, or a function that reads it from the JSON of the response. Default is `'expiresIn'`, or
   * `'expires_in'`.
   */
  expiresIn?: string | BodyReader<number | string | null | undefined>;
  /** The unit of the lifetime. Default is `'seconds'`. */
  expiresInUnit?: 'seconds' | 'milliseconds';
  /**
   * Used if the response has no `expiresIn`: the field with the time of expiry by the server's clock (in seconds or
   * milliseconds since the epoch, or as ISO 8601 text), or a function that reads it from the access token, such as
   * {@link jwtExpiresAt}. Default is the `exp` of the access token, if that is a JWT.
   */
  expiresAt?: string | ((accessToken: string) => number | string | undefined);
  /**
   * The response header with the access token, with or without `Bearer`. If a response lacks it, the field is used.
   * Default is none.
   */
  accessTokenHeader?: string;
  /**
   * Reads the user from the JSON of a response, and from the claims of the access token (`{}` if it is not a JWT). The
   * session does not validate the user, so declare the type that your server sends. `undefined` keeps the current user.
   * Not called for a response that contains neither. Default is the field `user`.
   */
  user?(this: void, body: unknown, claims: JwtClaims): User | undefined;
}

/** Reads a value from the JSON of a response. Taken from a method, so that a function may declare the type of its body. */
export type BodyReader<Value> = { read(this: void, body: unknown): Value }['read'];

/** The fields of the contract, and the names that its endpoint uses instead. */
export function expectFields<User>(grant: GrantFields<User>, option = 'grant'): void {
  expectKnown(`${option}.`, check(option, grant, object), fieldNames);
  expectMembers(option, grant, ['accessToken?', 'refreshToken?', 'accessTokenHeader?'], text);
  expectMembers(option, grant, ['user?']);
  expectMembers(option, grant, ['expiresInUnit?'], oneOf(['seconds', 'milliseconds']));
  expectMembers(option, grant, ['expiresIn?', 'expiresAt?'], textOrFunction);
}

const fieldNames: readonly string[] = /* @__PURE__ */ Object.keys({
  accessToken: true,
  accessTokenHeader: true,
  refreshToken: true,
  expiresIn: true,
  expiresInUnit: true,
  expiresAt: true,
  user: true,
} satisfies Record<keyof GrantFields<unknown>, true>);

const textOrFunction: Kind<string | (() => unknown)> = {
  expected: 'the path of a field or a function',
  includes: (value): value is string | (() => unknown) => text.includes(value) || func.includes(value),
};

/** The names of fields for which the contract gives none. */
const usualNames = {
  accessToken: ['accessToken', 'access_token'],
  refreshToken: ['refreshToken', 'refresh_token'],
  expiresIn: ['expiresIn', 'expires_in'],
} as const;

/** Reads the grant from a response that contains the tokens. */
export async function readTokens<User>(
  response: Response,
  fields: GrantFields<User>,
): Promise<Grant<User> & Pick<TokenResponse, 'refresh_token'>> {
  const { accessTokenHeader, accessToken: name, refreshToken: refreshName } = fields;
  const header = accessTokenHeader === undefined ? null : response.headers.get(accessTokenHeader);
  const body = await readBody(response, { isBare: header !== null });
  const found = header?.replace(/^Bearer /i, '') ?? find(body, name, usualNames.accessToken);
  if (found === undefined) throwMissing(accessTokenHeader ?? name ?? 'accessToken', body);
  const accessToken = readToken(accessTokenHeader ?? name ?? 'accessToken', found);
  const refreshToken = readOptionalToken(
    refreshName ?? 'refreshToken',
    find(body, refreshName, usualNames.refreshToken),
  );
  const isStandard = refreshName === undefined && fieldAt(body, 'refreshToken') === undefined;
  return {
    accessToken,
    // The session keeps the name for the next refresh.
    ...(isStandard ? { refresh_token: refreshToken } : { refreshToken }),
    ...readRest(body, fields, accessToken),
  };
}

/** Reads the grant from a response that sets the tokens as cookies. */
export async function readTokenless<User>(
  response: Response,
  fields: GrantFields<User>,
): Promise<Grant<User>> {
  const body = await readBody(response, { isBare: true });
  return { accessToken: null, refreshToken: null, ...readRest(body, fields, null) };
}

/** If the tokens are not in the body, the body may be anything. */
async function readBody(response: Response, { isBare }: { isBare: boolean }): Promise<unknown> {
  const text = await response.text();
  const isEmpty = text === '' || (isBare && !isJson(response.headers));
  return isEmpty ? undefined : JSON.parse(text);
}

function readRest<User>(
  body: unknown,
  fields: GrantFields<User>,
  accessToken: string | null,
): Pick<Grant<User>, 'expiresIn' | 'expiresAt' | 'user'> {
  const claims = accessToken === null ? undefined : jwtClaims(accessToken);
  return {
    expiresIn: readLifetime(body, fields),
    expiresAt: readExpiry(body, fields.expiresAt, accessToken) ?? numberIn(claims?.['exp']),
    user: readUser(body, fields, claims),
  };
}

function readUser<User>(
  body: unknown,
  { user: read }: GrantFields<User>,
  claims: JwtClaims | undefined,
): User | undefined {
  const hasBody = object.includes(body);
  if (read === undefined) return hasBody ? userOf<User>(body) : undefined;
  return hasBody || claims !== undefined ? read(body, claims ?? {}) : undefined;
}

/** In seconds. Ignores an invalid lifetime: the server has issued the tokens already, so the grant must not be lost. */
function readLifetime<User>(
  body: unknown,
  { expiresIn, expiresInUnit }: GrantFields<User>,
): number | string | null {
  const found =
    typeof expiresIn === 'function'
      ? withoutError('grant.expiresIn', () => expiresIn(body))
      : find(body, expiresIn, usualNames.expiresIn);
  const lifetime = numberIn(found);
  return lifetime !== null && expiresInUnit === 'milliseconds' ? Number(lifetime) / 1000 : lifetime;
}

function readExpiry<User>(
  body: unknown,
  expiresAt: GrantFields<User>['expiresAt'],
  accessToken: string | null,
): number | string | null {
  if (typeof expiresAt !== 'function') return numberIn(find(body, expiresAt, []));
  return accessToken === null
    ? null
    : numberIn(withoutError('grant.expiresAt', () => expiresAt(accessToken)));
}

function withoutError(option: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    reportReduced(error, option);
    return null;
  }
}

function numberIn(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Returns the user as the server sent it. Its type is up to the application. */
function userOf<User>({ user }: { user?: User }): User | undefined {
  return user;
}

/** Reads the field that the contract names, otherwise the first of the usual names that the body has. */
function find(body: unknown, path: string | undefined, usual: readonly string[]): unknown {
  const name = path ?? usual.find((name) => fieldAt(body, name) !== undefined);
  return name === undefined ? undefined : fieldAt(body, name);
}
