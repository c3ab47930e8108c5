import type { Exchange } from '../client/exchange.ts';
import { find, report, type Probe } from './probeParts.ts';

const topic = 'CORS';

/** Headers that a script may read and send without permission (Fetch standard, CORS protocol). */
const safeHeaders = ['accept', 'accept-language', 'content-language'];
const safeMethods = ['GET', 'HEAD', 'POST'];
const safeTypes = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)/;

/** Checks that a page of the given origin may make these requests and read the responses. */
export async function checkCors(
  probe: Probe,
  requests: Readonly<Record<string, Exchange | null>>,
): Promise<void> {
  const { origin } = probe.network;
  if (origin === null) {
    const result = 'name the origin of your page: --origin';
    find(probe, { id: 'cors.preflight', topic, label: 'preflight', mark: 'skipped', result });
    return;
  }
  if (origin === new URL(probe.baseUrl).origin) return;
  probe.announce('Checking CORS');
  for (const [name, exchange] of Object.entries(requests)) {
    if (exchange === null) continue;
    const faults = [
      ...cookieFaults(probe, name, exchange),
      ...(await preflightFaults(probe, origin, exchange)),
      ...originFaults(exchange, origin, exchange.headers, 'response'),
    ];
    const id = `cors.${name}`;
    const result = faults.length === 0 ? 'allowed' : 'refused';
    find(probe, { id, topic, label: name, mark: faults.length === 0 ? 'right' : 'wrong', result });
    for (const message of faults) report(probe, { level: 'error', id, where: `CORS of ${name}`, message });
  }
  checkExposed(probe, requests);
}

async function preflightFaults(probe: Probe, origin: string, exchange: Exchange): Promise<string[]> {
  const { method, url } = exchange;
  const names = [...exchange.requestHeaders]
    .filter(
      ([name, value]) => !safeHeaders.includes(name) && !(name === 'content-type' && safeTypes.test(value)),
    )
    .map(([name]) => name);
  if (names.length === 0 && safeMethods.includes(method)) return [];
  const response = await sendPreflight(probe, url, {
    origin,
    'access-control-request-method': method,
    ...(names.length > 0 && { 'access-control-request-headers': names.toSorted().join(',') }),
  });
  if (response === null) return ['The preflight has no response.'];
  const { headers, ok, status } = response;
  if (!ok) return [`The preflight is answered with ${status}.`];
  const isWithCookies = hasCookies(exchange);
  const allowed = listOf(headers, 'access-control-allow-headers');
  // `*` never stands for `authorization`, and for nothing if there are cookies.
  const missing = names.filter(
    (name) =>
      !allowed.includes(name) && (isWithCookies || name === 'authorization' || !allowed.includes('*')),
  );
  const methods = listOf(headers, 'access-control-allow-methods');
  const isMethodAllowed =
    safeMethods.includes(method) ||
    methods.includes(method.toLowerCase()) ||
    (methods.includes('*') && !isWithCookies);
  return [
    ...originFaults(exchange, origin, headers, 'preflight'),
    ...(missing.length === 0 ? [] : [`The preflight does not allow the header ${missing.join(', ')}.`]),
    ...(isMethodAllowed ? [] : [`The preflight does not allow the method ${method}.`]),
  ];
}

/** Browsers follow no redirect of a preflight. Returns `null` without a response. */
async function sendPreflight(
  { network }: Probe,
  url: string,
  headers: Record<string, string>,
): Promise<Response | null> {
  const response = await network
    .fetch(url, { method: 'OPTIONS', headers, redirect: 'manual' })
    .catch(() => null);
  await response?.body?.cancel();
  return response;
}

/** Cookies that a page neither sends nor stores: the default of `fetch` leaves them out between origins. */
function cookieFaults({ contract }: Probe, name: string, exchange: Exchange): string[] {
  const isNeeded = contract.cookies !== undefined && (name === 'login' || name === 'refresh');
  return isNeeded && !hasCookies(exchange)
    ? [`The page would send no cookies: add credentials: 'include' to the contract.`]
    : [];
}

function originFaults(exchange: Exchange, origin: string, headers: Headers, what: string): string[] {
  const allowed = headers.get('access-control-allow-origin');
  const isWithCookies = hasCookies(exchange);
  const isAllowed = allowed === origin || (allowed === '*' && !isWithCookies);
  const hasCredentials = headers.get('access-control-allow-credentials') === 'true';
  return [
    ...(isAllowed ? [] : [`The ${what} allows the origin ${allowed ?? 'of no page'}, not ${origin}.`]),
    ...(isWithCookies && !hasCredentials ? [`The ${what} lacks Access-Control-Allow-Credentials.`] : []),
  ];
}

const hasCookies = ({ credentials }: Exchange): boolean => credentials === 'include';

const listOf = (headers: Headers, name: string): string[] =>
  (headers.get(name) ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());

/** Headers that a session reads of each response, and scripts only if the server exposes them. */
function checkExposed(probe: Probe, { API: api, login }: Readonly<Record<string, Exchange | null>>): void {
  const wanted = ['retry-after', 'date', 'www-authenticate'];
  const exchanges = [api, login].flatMap((exchange) => exchange ?? []);
  const hidden = wanted.filter((name) => !exchanges.every((exchange) => isExposed(exchange, name)));
  const id = 'cors.exposed';
  const result =
    hidden.length === 0 ? 'Retry-After, Date and WWW-Authenticate' : `not exposed: ${hidden.join(', ')}`;
  find(probe, {
    id,
    topic,
    label: 'readable headers',
    mark: hidden.length === 0 ? 'right' : 'warning',
    result,
  });
  if (hidden.length === 0) return;
  report(probe, {
    ...{ level: 'warning', id, where: 'Access-Control-Expose-Headers' },
    message: `A page cannot read ${hidden.join(', ')}: a pause that the server asks for, its clock, or its codes.`,
  });
}

function isExposed(exchange: Exchange, name: string): boolean {
  const exposed = listOf(exchange.headers, 'access-control-expose-headers');
  return exposed.includes(name) || (exposed.includes('*') && !hasCookies(exchange));
}
