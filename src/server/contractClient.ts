import ky, { type KyInstance } from 'ky';
import { SessionDisposedError } from '../errors/errors.ts';
import { anySignal, type EndSignal } from '../platform/abort.ts';
import { isAnswerFromElsewhere } from '../platform/redirects.ts';
import { isRequest } from '../platform/toRequest.ts';
import type { Settings } from '../session/settings.ts';
import { pageOf, readAnswer, type Answer } from './answer.ts';
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
  readonly note: ((answer: Answer) => void) | undefined;
}

/** ky without the session's hooks and without retries, so that a refresh never waits for itself. */
export function createContractClient<User, Login>(
  { settings, observation, fetch, disposal }: ContractClientOptions<User, Login>,
  { purpose, signal, note }: ClientOptions,
): KyInstance {
  const { server, origins, baseUrl, refresh, environment } = settings;
  const { clock } = environment;
  const { maxRetryAfter } = refresh;

  const send = async (request: Request, init: RequestInit, ends: AbortSignal): Promise<Response> => {
    const cookies = origins.has(new URL(request.url).origin) ? server.cookies : undefined;
    const prepared = (await cookies?.prepare(request, ends)) ?? request;
    // A contract may keep `http` and use it later.
    if (disposal.aborted) throw new SessionDisposedError();
    return fetch(prepared, { ...init, signal: ends });
  };

  const noteAnswer = async (response: Response, { url }: Request): Promise<void> => {
    const { origin } = new URL(url);
    const answer = isAnswerFromElsewhere(response, (found) => found === origin)
      ? pageOf(response.status)
      : await readAnswer(response, { server, clock, maxRetryAfter });
    note?.(answer);
    if (answer.body !== 'page') return;
    void response.body?.cancel().catch(() => undefined);
    throw new VerdictError(response.status === 429 ? 'rateLimited' : 'unavailable');
  };

  return ky.create({
    baseUrl,
    fetch: async (input, init) => {
      const request = isRequest(input) ? input : new Request(input, init);
      // The contract may have passed its own signal.
      const ends = anySignal([signal, request.signal]);
      const { observer } = observation;
      const sendNow = () => send(request, withRedirect(request, init), ends);
      const response = await (observer === null
        ? sendNow()
        : observer.exchange({ purpose, attempts: 1, address: request }, ends, sendNow));
      // Not in a hook, since ky would copy the response for it.
      await noteAnswer(response, request);
      return response;
    },
    retry: 0,
    // A 307 or 308 would send the refresh token or the password to another address.
    redirect: 'manual',
    timeout: false,
  });
}

/** React Native's `Request` has no `redirect`; Expo's `fetch` reads it from its second argument. */
function withRedirect(request: Request, init: RequestInit = {}): RequestInit {
  return 'redirect' in request ? init : { ...init, redirect: 'manual' };
}
