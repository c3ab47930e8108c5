import ky, { type KyInstance } from 'ky';
import { InvalidOptionError, SessionDisposedError } from '../errors/errors.ts';
import { anySignal, type EndSignal } from '../platform/abort.ts';
import { isAnswerFromElsewhere } from '../platform/redirects.ts';
import { isRequest } from '../platform/toRequest.ts';
import type { Settings } from '../session/settings.ts';
import { pageOf, readAnswer, type Answer, type LastExchange } from './answer.ts';
import { isForm } from './formBody.ts';
import { withHeaders } from './headers.ts';
import { readContent } from './readJson.ts';
import type { ObserverSlot, RequestPurpose } from './requestObserver.ts';
import { VerdictError } from './verdict.ts';

export interface ContractClientOptions<User, Login> {
  readonly settings: Settings<User, Login>;
  readonly fetch: typeof fetch;
  readonly observation: ObserverSlot;
  readonly disposal: EndSignal;
}

interface ClientOptions {
  readonly purpose: RequestPurpose;
  readonly signal: AbortSignal;
  /** Receives each request and each response. */
  readonly last: LastExchange;
}

/** ky without the session's hooks and without retries, so that a refresh never waits for itself. */
export function createContractClient<User, Login>(
  { settings, observation, fetch, disposal }: ContractClientOptions<User, Login>,
  { purpose, signal, last }: ClientOptions,
): KyInstance {
  const { server, origins, baseUrl } = settings;

  async function send(request: Request, init: RequestInit, ends: AbortSignal): Promise<Response> {
    const { cookies, headers } = origins.has(new URL(request.url).origin) ? server : {};
    const prepared = (await cookies?.prepare(request, ends)) ?? request;
    last.request = prepared;
    const more = headers && { headers: withHeaders({ headers }, prepared.headers) };
    // A contract may keep `http` and use it later.
    if (disposal.aborted) throw new SessionDisposedError();
    return fetch(prepared, { ...init, ...more, signal: ends });
  }

  function exchange(request: Request, init: RequestInit | undefined): Promise<Response> {
    // The contract may have passed its own signal.
    const ends = anySignal([signal, request.signal]);
    const { observer } = observation;
    const sendNow = () => send(request, withRedirect(request, init), ends);
    return observer === null
      ? sendNow()
      : observer.exchange({ purpose, attempts: 1, address: request }, ends, sendNow);
  }

  return ky.create({
    baseUrl,
    async fetch(input, init) {
      const request = isRequest(input) ? input : new Request(input, init);
      last.request = request;
      const response = await exchange(request, init);
      // Not in a hook, since ky would copy the response for it.
      const answer = await readResponse(response, request, settings);
      last.answer = answer;
      if (answer.body !== 'page') return response;
      void response.body?.cancel().catch(() => undefined);
      throw new VerdictError(answer.verdict);
    },
    retry: 0,
    stringifyJson(data) {
      if (isForm(data)) throw new InvalidOptionError('json', 'JSON (send a form as `body`)', 'a form');
      return JSON.stringify(data);
    },
    // A 307 or 308 would send the refresh token or the password to another address.
    redirect: 'manual',
    // The browser finishes a logout even if the page is left at once.
    ...(purpose === 'logout' && { keepalive: true }),
    timeout: false,
  });
}

/** Reads a response from a copy of its body. */
async function readResponse<User, Login>(
  response: Response,
  { url }: Request,
  settings: Settings<User, Login>,
): Promise<Answer> {
  const { origin } = new URL(url);
  if (isAnswerFromElsewhere(response, (found) => found === origin)) return pageOf(response.status);
  return readAnswer(response, await readContent(response.clone(), settings.environment.clock), settings);
}

/** React Native's `Request` has no `redirect`; Expo's `fetch` reads it from its second argument. */
function withRedirect(request: Request, init: RequestInit = {}): RequestInit {
  return 'redirect' in request ? init : { ...init, redirect: 'manual' };
}
