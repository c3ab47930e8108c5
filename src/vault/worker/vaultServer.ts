import { isError } from '../../errors/errorKind.ts';
import type { Awaitable } from '../../platform/thenable.ts';
import type { Settings } from '../../session/settings.ts';
import { holdLock, whenReleased } from '../locks.ts';
import type { Answers, Messages, Part, Reply } from '../protocol.ts';
import { createApiRequests } from './apiRequests.ts';
import { createContractCalls } from './contractCalls.ts';
import {
  any,
  number,
  readAuthorizationRequest,
  readHandles,
  readLock,
  readMessage,
  readRequest,
  record,
  recordOrNull,
  text,
} from './fields.ts';
import type { OAuthSignIns } from './oauthSignIns.ts';
import { createRecords } from './records.ts';
import { createTokenEndpoints } from './tokenEndpoints.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** The checked options of `serveVault`. */
export interface ServeSettings extends Settings<unknown, unknown> {
  /** The sign-ins at a provider, or `null` with a contract. */
  readonly signIns: OAuthSignIns | null;
}

/** The line to a page: its port, or the global scope of a `Worker`. */
export interface PageLine extends Pick<EventTarget, 'addEventListener'> {
  postMessage(message: unknown): void;
  start?(): void;
}

/** Yields the answers to a message, and returns the last one. */
type Handler<Answer> = (
  message: object,
  /** Aborted when the page no longer waits, or has gone. */
  signal: AbortSignal,
  /** Called when the page has gone. */
  leave: () => void,
) => AsyncIterator<Answer | Part, Answer | Part>;
type Handlers = { readonly [Kind in keyof Messages]: Handler<Answers[Kind]> };

/** Creates the function that serves a page. */
export function createVaultServer(settings: ServeSettings): (line: PageLine) => void {
  const tokens = createTokens(settings.server);
  const handlers = createHandlers(settings, tokens);
  return (line) => {
    const receive = createReceiver(line, handlers, tokens);
    line.addEventListener('message', (event: Event) => {
      if (event instanceof MessageEvent) void receive(event.data);
    });
    line.start?.();
  };
}

/** An exchange that the page waits for. */
interface OpenExchange {
  readonly ending: AbortController;
  readonly answers: AsyncIterator<unknown, unknown>;
}

/** Receives the messages of one page. */
function createReceiver(line: PageLine, handlers: Handlers, { redact }: Tokens) {
  const exchanges = new Map<unknown, OpenExchange>();
  const end = (id: unknown): void => {
    exchanges.get(id)?.ending.abort();
    exchanges.delete(id);
  };
  const leave = () => [...exchanges.keys()].forEach(end);
  const reply = (sent: Reply<unknown>) => line.postMessage(redact(sent));

  function begin(message: object): OpenExchange {
    const ending = new AbortController();
    const answers = handlerOf(handlers, message)(message, ending.signal, leave);
    return { ending, answers };
  }

  return async (data: unknown): Promise<void> => {
    let id = 0;
    try {
      const message = readMessage(data);
      id = number(message, 'id');
      const kind = any(message, 'kind');
      if (kind === 'end') {
        end(id);
        return;
      }
      const exchange = kind === 'more' ? exchanges.get(id) : begin(message);
      if (exchange === undefined) return;
      exchanges.set(id, exchange);
      const { value, done = false } = await exchange.answers.next();
      if (exchanges.get(id) !== exchange) return;
      if (done) exchanges.delete(id);
      reply({ id, value, done });
    } catch (error) {
      exchanges.delete(id);
      const { name, message } = isError(error) ? error : new Error('The vault failed');
      reply({ id, error: { name, message } });
    }
  };
}

function handlerOf(handlers: Handlers, message: object): Handler<unknown> {
  const kind = text(message, 'kind');
  const known: Readonly<Record<string, Handler<unknown>>> = handlers;
  const handler = Object.hasOwn(known, kind) ? known[kind] : undefined;
  if (handler === undefined) throw new TypeError('Expected `kind` to be that of a message');
  return handler;
}

/** A handler with one answer. */
function once<Answer>(run: (...given: Parameters<Handler<Answer>>) => Awaitable<Answer>): Handler<Answer> {
  return (...given) => ({ next: async () => ({ value: await run(...given), done: true }) });
}

const neverEnds = () => Promise.resolve(null);

/** @throws {TypeError} the worker serves a contract, and no provider */
function withProvider(signIns: OAuthSignIns | null): OAuthSignIns {
  if (signIns !== null) return signIns;
  throw new TypeError('The worker has no provider: pass `auth` to `serveVault`');
}

function createHandlers(settings: ServeSettings, tokens: Tokens): Handlers {
  const { baseUrl, server, signIns } = settings;
  const endpoints = { ...server.endpoints };
  // The token endpoint of a provider is learned with the first call.
  const tokenEndpoints = createTokenEndpoints(signIns === null ? endpoints : {}, baseUrl);
  const parts = { settings, tokens, tokenEndpoints, endSessionUrl: signIns?.endSessionUrl ?? neverEnds };
  const calls = createContractCalls(parts);
  const sendRequest = createApiRequests(parts);
  const records = createRecords();
  const lock = holdLock();
  return {
    hello: once(async (message, _, leave) => {
      const pageLock = readLock(message);
      if (pageLock !== null) whenReleased(pageLock, leave);
      return { lock: await lock, endpoints };
    }),
    fetch: (message, signal) => sendRequest(readRequest(message), signal),
    authorize: once((message, signal) =>
      withProvider(signIns).authorize(readAuthorizationRequest(message), signal),
    ),
    returned: once((message) => withProvider(signIns).returned(text(message, 'state'))),
    login: once((message, signal) =>
      calls.login({ credentials: any(message, 'credentials'), challenge: any(message, 'challenge') }, signal),
    ),
    refresh: once((message) => calls.refresh(readHandles(message))),
    logout: once((message, signal) => calls.logout(readHandles(message), signal)),
    read: once((message) => records.read({ key: text(message, 'key') })),
    write: once((message) =>
      records.write({
        key: text(message, 'key'),
        from: recordOrNull(message, 'from'),
        to: record(message, 'to'),
      }),
    ),
    async *lock(message, signal) {
      await records.lock({ key: text(message, 'key'), limit: number(message, 'limit') }, signal);
      yield null;
      return null;
    },
    watch: once((message, signal) => records.change({ key: text(message, 'key') }, signal)),
  };
}
