import type { Grant } from './contract.ts';
import { check, expectMembers, func, object, text } from '../errors/checks.ts';
import { readOptionalToken, readToken } from './grant.ts';
import { fieldAt, isJson } from './readJson.ts';
import { reportReduced } from '../platform/report.ts';

/** The fields of a grant in a response. */
export interface GrantFields<User> {
  /** The name of a field, with dots for a path (`data.token`). Default is `'accessToken'`, or `'access_token'`. */
  accessToken?: string;
  /** Default is `'refreshToken'`, or `'refresh_token'`. */
  refreshToken?: string;
  /** The lifetime in seconds. Default is `'expiresIn'`, or `'expires_in'`. */
  expiresIn?: string;
  /**
   * Used if the response has no `expiresIn`: the field with the time of expiry, in seconds since the epoch by the server's
   * clock, or a function that reads it from the access token, such as {@link jwtExpiresAt}. Default is none.
   */
  expiresAt?: string | ((accessToken: string) => number | undefined);
  /**
   * The response header with the access token, with or without `Bearer`. If a response lacks it, the field is used.
   * Default is none.
   */
  accessTokenHeader?: string;
  /**
   * Reads the user from the JSON of a response. The session does not validate the user, so declare the type that your
   * server sends. `undefined` keeps the current user. Not called for a response without JSON. Default is the field `user`.
   */
  user?(body: unknown): User | undefined;
}

export function expectFields<User>(grant: GrantFields<User>): void {
  expectMembers('grant', grant, ['accessToken?', 'refreshToken?', 'expiresIn?', 'accessTokenHeader?'], text);
  expectMembers('grant', grant, ['user?']);
  const { expiresAt } = grant;
  if (expiresAt !== undefined && !func.includes(expiresAt)) check('grant.expiresAt', expiresAt, text);
}

/** The names of fields for which the contract gives none. */
const usualNames = {
  accessToken: ['accessToken', 'access_token'],
  refreshToken: ['refreshToken', 'refresh_token'],
  expiresIn: ['expiresIn', 'expires_in'],
} as const;

/** Reads the grant from a response that contains the tokens. */
export async function readTokens<User>(response: Response, fields: GrantFields<User>): Promise<Grant<User>> {
  const { accessTokenHeader, accessToken: name, refreshToken: refreshName } = fields;
  const header = accessTokenHeader === undefined ? null : response.headers.get(accessTokenHeader);
  const body = await readBody(response, { isBare: header !== null });
  const accessToken = readToken(
    accessTokenHeader ?? name ?? 'accessToken',
    header?.replace(/^Bearer /i, '') ?? find(body, name, usualNames.accessToken),
  );
  const refreshToken = readOptionalToken(
    refreshName ?? 'refreshToken',
    find(body, refreshName, usualNames.refreshToken),
  );
  return { accessToken, refreshToken, ...readRest(body, fields, accessToken) };
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
  return {
    expiresIn: numberIn(find(body, fields.expiresIn, usualNames.expiresIn)),
    expiresAt: readExpiry(body, fields.expiresAt, accessToken),
    user: object.includes(body) ? (fields.user ?? userOf<User>)(body) : undefined,
  };
}

/** Ignores an invalid lifetime: the server has issued the tokens already, so the grant must not be lost. */
function readExpiry<User>(
  body: unknown,
  expiresAt: GrantFields<User>['expiresAt'],
  accessToken: string | null,
): number | string | null {
  if (typeof expiresAt !== 'function') return numberIn(find(body, expiresAt, []));
  try {
    return accessToken === null ? null : numberIn(expiresAt(accessToken));
  } catch (error) {
    reportReduced(error, 'grant.expiresAt');
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
