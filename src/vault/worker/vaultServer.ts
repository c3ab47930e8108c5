import { isError } from '../../errors/errorKind.ts';
import type { Settings } from '../../session/settings.ts';
import { holdLock, whenReleased } from '../locks.ts';
import type { Answers, Messages, Reply } from '../protocol.ts';
import { createApiRequests } from './apiRequests.ts';
import { createContractCalls } from './contractCalls.ts';
import {
  fieldsOf,
  readAuthorizationRequest,
  readHandles,
  readLock,
  readRequest,
  type Fields,
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
  start?(): void;
}

/** A message of a page that waits for an answer. */
interface Asked {
  readonly fields: Fields;
  /** Aborted when the page no longer waits, or has gone. */
  readonly signal: AbortSignal;
  /** Sends one of several answers. */
  readonly tell: () => void;
  /** Aborted by `leave`, which is called when the page has gone. */
  readonly gone: AbortSignal;
  readonly leave: () => void;
}

/** Returns the answer, or nothing if the answers are sent with `tell`. */
type Handler<Answer> = (asked: Asked) => Answer | PromiseLike<Answer> | undefined;
type Handlers = { readonly [Kind in keyof Messages]: Handler<Answers[Kind]> };

/** Creates the function that serves a page. */
export function createVaultServer(settings: ServeSettings): (line: PageLine) => void {
  const tokens = createTokens(settings.server);
  const handlers = createHandlers(settings, tokens);
  return (line) => {
    const page = new AbortController();
    const leave = () => page.abort();
    line.addEventListener('message', (event: Event) => {
      if (!(event instanceof MessageEvent)) return;
      const [reply] = event.ports;
      if (reply !== undefined) void answer(handlers, tokens, reply, event.data, { gone: page.signal, leave });
    });
    line.start?.();
  };
}

async function answer(
  handlers: Handlers,
  { redact }: Tokens,
  reply: MessagePort,
  data: unknown,
  page: Pick<Asked, 'gone' | 'leave'>,
): Promise<void> {
  const ending = new AbortController();
  reply.onmessage = () => ending.abort();
  const signal = AbortSignal.any([page.gone, ending.signal]);
  const send = (value: Reply<unknown>, transfer: Transferable[] = []) =>
    reply.postMessage(redact(value), transfer);
  try {
    const fields = fieldsOf(data);
    const handler = handlerOf(handlers, fields);
    const value = await handler({ fields, signal, tell: () => send({ value: null }), ...page });
    if (value !== undefined) send({ value }, portsIn(value));
  } catch (error) {
    const { name, message } = isError(error) ? error : new Error('The vault failed');
    send({ error: { name, message } });
  }
}

function handlerOf(handlers: Handlers, { text }: Fields): Handler<unknown> {
  const kind = text('kind');
  const known: Readonly<Record<string, Handler<unknown>>> = handlers;
  const handler = Object.hasOwn(known, kind) ? known[kind] : undefined;
  if (handler === undefined) throw new TypeError('Expected `kind` to be that of a message');
  return handler;
}

/** The port of a body is moved to the page. */
function portsIn(value: unknown): MessagePort[] {
  const body: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'body') : null;
  return body instanceof MessagePort ? [body] : [];
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
  const lock = holdLock(new AbortController().signal);
  return {
    async hello({ fields, gone, leave }) {
      const pageLock = readLock(fields);
      if (pageLock !== null) whenReleased(pageLock, gone, leave);
      return { lock: await lock, endpoints };
    },
    fetch: ({ fields, signal }) => sendRequest(readRequest(fields), signal),
    authorize: ({ fields, signal }) =>
      withProvider(signIns).authorize(readAuthorizationRequest(fields), signal),
    returned: ({ fields: { text } }) => withProvider(signIns).returned(text('state')),
    login: ({ fields: { any }, signal }) =>
      calls.login({ credentials: any('credentials'), challenge: any('challenge') }, signal),
    refresh: ({ fields }) => calls.refresh(readHandles(fields)),
    logout: ({ fields, signal }) => calls.logout(readHandles(fields), signal),
    read: ({ fields: { text } }) => records.read({ key: text('key') }),
    write: ({ fields: { text, record, recordOrNull } }) =>
      records.write({ key: text('key'), from: recordOrNull('from'), to: record('to') }),
    lock({ fields: { text, number }, signal, tell }) {
      records.lock({ key: text('key'), limit: number('limit') }, tell, signal);
      return undefined;
    },
    watch({ fields: { text }, signal, tell }) {
      records.watch({ key: text('key') }, tell, signal);
      return undefined;
    },
  };
}
