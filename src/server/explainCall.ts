import { MalformedGrantError } from '../errors/errors.ts';
import { isErrorOf } from '../errors/errorKind.ts';
import type { Settings } from '../session/settings.ts';
import type { Answer, LastExchange } from './answer.ts';
import type { ServerContract } from './contract.ts';
import { causesOf, errorCodeOf, isLost } from './errorCauses.ts';
import { findPath } from './missingField.ts';
import type { RequestAddress } from './requestObserver.ts';
import { usesCookies } from './usesCookies.ts';
import { isCode, isSuccess } from './verdict.ts';

type Rules<User, Login> = Pick<Settings<User, Login>, 'baseUrl' | 'environment' | 'server'>;

/** What an explanation must not contain, and what it must know. */
export interface CallSecrets {
  /** Whether a text is part of what the call has sent in secret. */
  readonly isSecret: (text: string) => boolean;
  /** Whether a refresh had no refresh token to send. */
  readonly lacksToken?: boolean;
  /** Whether the server refused the credentials, as it may do every day. */
  readonly isRefusal?: boolean;
}

/**
 * Describes a failed call for the developer: its method, origin and path, and the likely cause and cure if the network or the
 * set-up seems wrong. The text contains no query, header, body or secret.
 *
 * @returns `undefined` if there is nothing to explain
 */
export function explainCall<User, Login>(
  error: unknown,
  last: LastExchange,
  rules: Rules<User, Login>,
  secrets: CallSecrets,
): string | undefined {
  const { request } = last;
  if (request === null) return undefined;
  let cause = '';
  try {
    cause = causeOf([...causesOf(error)], last, rules, secrets);
  } catch {
    // A getter of the error threw.
  }
  if (cause === '' && secrets.isRefusal === true) return undefined;
  return `${addressOf(request, secrets.isSecret)}${cause}`;
}

/** `POST https://api.example.com/login`, without the query. Parts that may be secret are left out. */
export function addressOf({ method, url }: RequestAddress, isSecret: CallSecrets['isSecret']): string {
  return `${method} ${originOf(url)}${pathOf(url, isSecret)}`;
}

const originOf = (url: string): string => new URL(url).origin;

/** The path of a URL, without its query. A part that the credentials contain is left out. */
export function pathOf(url: string, isSecret: CallSecrets['isSecret'] = () => false): string {
  // The `URL` of React Native has no `pathname`.
  const [, path = ''] = /^[^:]*:\/\/[^/?#]*([^?#]*)/.exec(url) ?? [];
  return path
    .split('/')
    .map((part) => (part.length > 7 && (isSecret(part) || part.includes('%')) ? '…' : part))
    .join('/');
}

/** Returns whether a text is part of these values. */
export function secretsOf(...values: readonly unknown[]): CallSecrets['isSecret'] {
  let text = '';
  try {
    text = `${JSON.stringify(values)} ${values.map(String).join(' ')}`;
  } catch {
    // Circular credentials, for example. No server quotes those.
  }
  return (part) => part !== '' && text.includes(part);
}

/** The likely cause, or `''` if nothing suggests a wrong set-up. */
function causeOf<User, Login>(
  errors: readonly Error[],
  last: LastExchange,
  rules: Rules<User, Login>,
  { lacksToken = false }: CallSecrets,
): string {
  const { url = '', credentials } = last.request ?? {};
  const isForeign = typeof location !== 'undefined' && location.origin !== originOf(url);
  if (errors.some(isLost)) return causeOfSilence(errors, url, isForeign, rules);
  const lacksCookies = isForeign && usesCookies(rules.server) && credentials !== 'include';
  return causeOfAnswer(errors, last.answer, { url, lacksCookies, lacksToken }, rules);
}

/** Why there may be no response. */
function causeOfSilence<User, Login>(
  errors: readonly Error[],
  url: string,
  isForeign: boolean,
  { environment }: Rules<User, Login>,
): string {
  const code = errors.map(errorCodeOf).find((found) => /^[A-Z_]{4,40}$/.test(found));
  if (code !== undefined) return ` got no response (${code}): ${checkBase}`;
  if (!errors.some((error) => isErrorOf(error, TypeError))) return '';
  if (!isForeign || !environment.signals.isOnline()) return ' got no response';
  return location.protocol === 'https:' && url.startsWith('http:')
    ? ` is blocked in a page with https: ${checkBase}`
    : ` got no response: ${checkBase}, and that it allows ${location.origin} by CORS, with credentials if there are cookies`;
}

const checkBase = 'check that `baseUrl` leads to the server';

interface Sent {
  readonly url: string;
  readonly lacksCookies: boolean;
  readonly lacksToken: boolean;
}

/** What may be wrong with a call that got this response. */
function causeOfAnswer<User, Login>(
  errors: readonly Error[],
  answer: Answer | null,
  { url, lacksCookies, lacksToken }: Sent,
  { baseUrl, server }: Rules<User, Login>,
): string {
  const malformed = errors.find((error) => error instanceof MalformedGrantError);
  if (malformed !== undefined) return `: ${malformed.message}`;
  if (answer === null) return '';
  const { status, body } = answer;
  if (status === 405) return ' is not allowed: check `method` and the path';
  if (status === 404) return ` does not exist: ${checkPath(url, baseUrl)}`;
  if (body === 'page') return ` returned a page of HTML: ${checkPath(url, baseUrl)}`;
  if (isSuccess(status)) return '';
  if (status < 400) return ' was redirected, which is not followed: use the new address';
  if (lacksCookies) return " was sent to another origin without cookies: set `credentials: 'include'`";
  return lacksToken ? ' was sent no refresh token: check `grant.refreshToken`' : causeOfCode(answer, server);
}

/** The contract may know the code of the response, but not its place. */
function causeOfCode<User, Login>(
  { status, code, source }: Answer,
  { errorCodes = {} }: Pick<ServerContract<User, Login>, 'errorCodes'>,
): string {
  if (code !== null && code !== status) return '';
  const place = findPath(source?.body, (value) => isCode(value) && Object.hasOwn(errorCodes, value));
  return place === undefined ? '' : `: did you mean \`errorCode: '${place}'\`?`;
}

/** The path of `baseUrl` is lost if it does not end with a slash, or if the other path starts with one. */
function checkPath(url: string, baseUrl: string): string {
  const base = pathOf(baseUrl).replace(/\/$/, '');
  return pathOf(url).startsWith(`${base}/`)
    ? `${checkBase}, and the path`
    : `it lacks \`${base}\`: end \`baseUrl\` with a slash, and start the path without one`;
}
