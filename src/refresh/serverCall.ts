import ky, { type KyInstance } from 'ky';
import { judgeAnswer, type Judgement } from '../verdict.ts';
import type { ContractCall } from '../contract.ts';
import type { Clock } from '../environment.ts';
import { isJson, readText } from '../http/readJson.ts';
import type { World } from '../world.ts';
import { readRetryAfter } from './retryAfter.ts';

/** What the server answered to one call of the contract, as far as the session may know it. */
export interface Answer {
  readonly status: number;
  readonly judgement: Judgement;
  readonly retryAfter: number | null;
}

/** An answer that is not the API's: the page of a proxy or of a captive portal. */
export class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';

  readonly status: number;

  constructor(status: number) {
    super(`Expected an answer of the API, got a page (status ${status})`);
    this.status = status;
  }
}

/** No answer within `refresh.timeout`. */
export class ServerCallTimeoutError extends Error {
  override readonly name = 'ServerCallTimeoutError';

  constructor(timeout: number) {
    super(`The server did not answer within ${timeout} ms`);
  }
}

export interface ServerCall<Result> {
  readonly result: Promise<Result>;
  /** The last answer that came over `http`, once it has come. */
  answer(): Answer | null;
}

/**
 * Calls a function of the contract, with an `http` that notes what the server answers. Without `timeout`
 * (in milliseconds) it may take as long as it likes.
 */
export function callServer<User, Login, Result>(
  world: World<User, Login>,
  run: (call: ContractCall) => Promise<Result>,
  { signal, timeout }: { signal: AbortSignal; timeout?: number },
): ServerCall<Result> {
  let answer: Answer | null = null;
  const expiry = new AbortController();
  const ended = AbortSignal.any([signal, world.disposal, expiry.signal]);
  const http = bareClient(world, ended, (next) => {
    answer = next;
  });
  const result = new Promise<Result>((resolve, reject) => {
    const cancel =
      timeout === undefined
        ? () => undefined
        : world.settings.environment.clock.schedule(() => {
            expiry.abort(new ServerCallTimeoutError(timeout));
          }, timeout);
    const leave = () => {
      reject(ended.reason instanceof Error ? ended.reason : new Error('The call was aborted'));
    };
    if (ended.aborted) leave();
    ended.addEventListener('abort', leave, { once: true });
    invoke(() => run({ http, signal: ended }))
      .then(resolve, reject)
      .finally(() => {
        cancel();
        ended.removeEventListener('abort', leave);
      });
  });
  return { result, answer: () => answer };
}

/** A contract may throw at once as well as reject. */
async function invoke<Result>(run: () => Promise<Result>): Promise<Result> {
  return run();
}

/** ky without the session's hooks and without retries: a refresh can never wait for itself. */
function bareClient<User, Login>(
  { settings, fetch }: World<User, Login>,
  signal: AbortSignal,
  note: (answer: Answer) => void,
): KyInstance {
  return ky.create({
    baseUrl: settings.baseUrl,
    fetch,
    signal,
    retry: 0,
    timeout: false,
    hooks: {
      afterResponse: [
        async ({ response, request }) => {
          const { status, headers, url } = response;
          const isForeign = url !== '' && new URL(url).origin !== new URL(request.url).origin;
          if (isForeign || (await isPage(response, settings.environment.clock)))
            throw new ForeignAnswerError(status);
          note({
            status,
            judgement: await judgeAnswer(settings.server, response.clone(), settings.environment.clock),
            retryAfter: readRetryAfter(headers, settings.environment.clock.now()),
          });
        },
      ],
    },
  });
}

/** Whether an answer is HTML, whatever it calls itself: portals answer in the name of others. */
async function isPage(response: Response, clock: Clock): Promise<boolean> {
  const type = response.headers.get('content-type') ?? '';
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type)) return true;
  if (isJson(type)) return false;
  return /^\s*<(?:!doctype html|html|head|body)\b/i.test((await readText(response.clone(), clock)) ?? '');
}
