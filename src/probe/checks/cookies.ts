import { parseCookie } from 'cookie';
import { isLoopback, reaches, type StoredCookie } from '../client/cookieJar.ts';
import type { SignIn } from './signIn.ts';
import { find, report, type Probe } from './probeParts.ts';

const topic = 'cookies';

interface Fault {
  readonly level: 'error' | 'warning';
  readonly message: string;
}

/** Checks the attributes of the cookies that a sign-in has set. */
export function checkCookies(probe: Probe, { held, exchange }: SignIn): void {
  if (probe.contract.cookies === undefined) return;
  const { refresh } = probe.addresses;
  const { requestHeaders, url } = probe.samples.refreshRequest ?? exchange;
  const sent = new Set([...requestHeaders].map(([, value]) => value));
  // The value in the header against CSRF is decoded, as `document.cookie` is by the session.
  const isSent = (value: string): boolean => sent.has(value) || sent.has(decoded(value) ?? value);
  const secrets = held.cookies.filter(({ value }) => value.length > 15 && !isSent(value));
  for (const cookie of secrets) judge(probe, cookie, url);
  if (refresh === null || held.refreshToken !== null || secrets.some((cookie) => reaches(cookie, refresh)))
    return;
  find(probe, {
    id: 'cookies.path',
    topic,
    label: 'reach the refresh',
    mark: 'wrong',
    result: 'none of them',
  });
  const paths = secrets.map(({ name, path }) => `${name} has Path=${path}`).join(', ');
  const message = `No cookie reaches ${new URL(refresh).pathname}: ${paths === '' ? 'the sign-in sets none' : paths}.`;
  report(probe, { level: 'error', id: 'cookies.path', where: 'cookies of the server', message });
}

const decoded = (value: string): string | undefined => parseCookie(`value=${value}`)['value'];

function judge(probe: Probe, cookie: StoredCookie, url: string): void {
  const faults = faultsOf(cookie, new URL(url));
  const id = `cookies.${cookie.name}`;
  const isWrong = faults.some(({ level }) => level === 'error');
  const mark = isWrong ? 'wrong' : faults.length > 0 ? 'warning' : 'right';
  find(probe, { id, topic, label: cookie.name, mark, result: attributesOf(cookie) });
  for (const { level, message } of faults)
    report(probe, { level, id, where: `cookie ${cookie.name}`, message });
}

function attributesOf({ isHttpOnly, isSecure, sameSite, path, maxAge }: StoredCookie): string {
  return [
    isHttpOnly ? 'HttpOnly' : 'readable',
    isSecure ? 'Secure' : 'not Secure',
    `SameSite=${sameSite ?? 'not set'}`,
    `Path=${path}`,
    maxAge === null ? 'ends with the browser' : `Max-Age=${Math.round(maxAge)}`,
  ].join(', ');
}

/** RFC 6265bis, section 5.7: `SameSite=None` needs `Secure`. Safari keeps such a cookie all the same. */
function faultsOf({ isHttpOnly, isSecure, sameSite }: StoredCookie, { protocol, hostname }: URL): Fault[] {
  const isLocal = protocol === 'http:' && isLoopback(hostname);
  return [
    ...(isHttpOnly ? [] : [warning('Scripts of the page can read it: add HttpOnly.')]),
    ...(isSecure || isLocal ? [] : [warning('It may be sent without encryption: add Secure.')]),
    ...(sameSite === 'none' && !isSecure
      ? [error('Chrome and Firefox reject SameSite=None without Secure.')]
      : []),
    ...(sameSite === 'none' && isSecure
      ? [
          warning(
            'SameSite=None: other sites can send requests with it, so the API needs a header against CSRF.',
          ),
        ]
      : []),
    ...(sameSite === null ? [warning('SameSite is not set: browsers differ in what they assume.')] : []),
  ];
}

const warning = (message: string): Fault => ({ level: 'warning', message });
const error = (message: string): Fault => ({ level: 'error', message });
