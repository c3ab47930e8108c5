import ky from 'ky';
import type { ServerContract, Verdict } from '../../server/contract.ts';
import { VerdictError } from '../../server/verdict.ts';
import { withOwnErrors } from '../client/ownErrors.ts';
import { withDocument, type StoredCookie } from '../client/cookieJar.ts';

/** What a function of a contract sends, with placeholders in place of secrets. Nothing leaves this process. */
export interface SentCall {
  /** Relative to `baseUrl` if it is below it. */
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly credentials: RequestCredentials;
  /** The only status that counts as success, or `null`. */
  readonly success: number | null;
  /** Whether a response with the JSON `null` is a refusal. */
  readonly refusesNull: boolean;
  /** The endpoint's own verdicts for statuses. */
  readonly errorCodes: Readonly<Record<string, Verdict>>;
}

type CallName = 'login' | 'refresh' | 'logout';

/** A readable cookie for the header against CSRF. */
export const csrfMark = 'sc-csrf-';

const successes = [200, 201, 202, 204];
const refusals = [400, 401, 403, 404, 409, 410, 422];

/** Calls a function of a contract with a `fetch` that answers by itself. Returns `null` if the contract sends nothing by it. */
export async function dryRun(
  contract: ServerContract,
  name: CallName,
  call: object,
  { baseUrl, cookies }: { readonly baseUrl: string; readonly cookies: readonly StoredCookie[] },
): Promise<SentCall | null> {
  const attempt = async (status: number, text = '{}') =>
    runOnce(contract, name, call, { baseUrl, cookies, status, text });
  const [first, ...others] = await Promise.all(successes.map((status) => attempt(status)));
  const request = first?.request ?? null;
  if (first === undefined || request === null) return null;
  const accepted = successes.filter((_, index) => [first, ...others][index]?.verdict === null);
  const codes = await Promise.all(
    refusals.map(async (status) => [status, (await attempt(status)).verdict] as const),
  );
  return {
    ...(await describe(request, baseUrl)),
    success: accepted.length === 1 ? (accepted[0] ?? null) : null,
    refusesNull: accepted.includes(200) && (await attempt(200, 'null')).verdict !== null,
    errorCodes: Object.fromEntries(
      codes.flatMap(([status, verdict]) => (verdict === null ? [] : [[status, verdict]])),
    ),
  };
}

interface Attempt {
  readonly baseUrl: string;
  readonly cookies: readonly StoredCookie[];
  readonly status: number;
  readonly text: string;
}

async function runOnce(contract: ServerContract, name: CallName, call: object, attempt: Attempt) {
  const { baseUrl, status, text, cookies } = attempt;
  let request: Request | null = null;
  const answer: typeof fetch = async (input, init) => {
    const made = new Request(input, init);
    const { signal } = new AbortController();
    const marked = cookies.map((cookie) => ({ ...cookie, value: csrfMark + cookie.name }));
    request ??= (await withDocument(marked, () => contract.cookies?.prepare(made, signal))) ?? made;
    const body = status === 204 ? null : text;
    return new Response(body, { status, headers: { 'content-type': 'application/json' } });
  };
  const http = ky.create({ baseUrl, fetch: answer, retry: 0, timeout: false });
  const given = { ...call, http, signal: new AbortController().signal };
  let verdict: Verdict | null = null;
  try {
    const run: unknown = Reflect.get(withOwnErrors(contract), name);
    if (typeof run === 'function') await Reflect.apply(run, contract, [given]);
  } catch (error) {
    if (error instanceof VerdictError) ({ verdict } = error);
  }
  return { request: readRequest(request), verdict };
}

/** TypeScript does not see that the request was set in a callback. */
const readRequest = (request: Request | null): Request | null => request;

async function describe(request: Request, baseUrl: string) {
  const { method, headers, credentials, url } = request;
  const base = new URL('.', baseUrl).href;
  const path = url.startsWith(base) ? url.slice(base.length) : url;
  return { path, method, headers, credentials, body: await request.text() };
}
