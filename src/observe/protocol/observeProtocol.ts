import { isAuthorizationError } from '../../oauth/authorizationError.ts';
import { protocolSlot, type ProtocolObserver, type ProtocolSlot } from '../../oauth/protocolObserver.ts';
import { SessionError } from '../../errors/errors.ts';
import { nameOf } from '../../errors/redact.ts';
import { notify } from '../../platform/report.ts';
import { codeOf, fieldsOf, nameOfRequest, placeOf, readFields } from './fields.ts';
import { thumbprintOf } from './proof.ts';
import { loadSteps, mostSteps, saveSteps, type ProtocolStep, type StepStorage } from './steps.ts';

/** The part of the result of `oauth()` that `observeProtocol` uses. */
export interface ObservableProtocol {
  readonly options: { readonly server: { readonly issuer?: string } };
  readonly [protocolSlot]: ProtocolSlot;
}

/** The steps of OAuth and OpenID Connect, for devtools, logs and tests. */
export interface ProtocolEvents {
  /** The last hundred steps, oldest first: the same array until one begins or ends. */
  steps(this: void): readonly ProtocolStep[];
  /**
   * Calls the listener when a step begins, and again with the same `id` when it ends.
   *
   * @returns an unsubscribe function
   */
  subscribe(this: void, listener: (step: ProtocolStep) => void): () => void;
}

export interface ObserveProtocolOptions {
  /** Where the steps are kept while the user is at the provider. Default is `sessionStorage` in a page, else none. */
  readonly storage?: StepStorage;
}

const known = /* @__PURE__ */ new WeakMap<ProtocolSlot, ProtocolEvents>();

/**
 * Records the steps of sign-ins, refreshes and sign-outs at a provider: redirects, callbacks and requests, with their
 * outcomes and without a secret. Call it before `complete()` to record the callback too. Until you call it, `oauth()` records
 * nothing. Returns the same object for the same result of `oauth()`.
 *
 * @example
 * ```ts
 * import { oauth } from 'sessionchart/oauth';
 * import { observeProtocol } from 'sessionchart/observe';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'shop', redirectUri: '/callback' });
 * observeProtocol(auth).subscribe(({ name, url, status, code }) => {
 *   console.log(name, url, status, code); // token https://id.example.com/token 400 invalid_grant
 * });
 * ```
 */
export function observeProtocol(
  auth: ObservableProtocol,
  { storage }: ObserveProtocolOptions = {},
): ProtocolEvents {
  const slot = auth[protocolSlot];
  const events = known.get(slot);
  if (events !== undefined) return events;
  const log = createLog(
    storage ?? pageStorage(),
    `sessionchart.protocol.${auth.options.server.issuer ?? ''}`,
  );
  const { steps, subscribe } = log;
  const attached = { steps, subscribe };
  slot.observer = createObserver(log);
  known.set(slot, attached);
  return attached;
}

/** The browser may forbid the storage. */
function pageStorage(): StepStorage | null {
  try {
    return typeof document === 'undefined' ? null : sessionStorage;
  } catch {
    return null;
  }
}

interface Log extends ProtocolEvents {
  begin(this: void, step: Pick<ProtocolStep, 'name' | 'url'> & Partial<ProtocolStep>): number;
  /** Adds to a step. */
  change(this: void, id: number, changes: Partial<ProtocolStep>): void;
  /** Ends a step now. */
  end(this: void, id: number, changes?: Partial<ProtocolStep>): void;
}

function createLog(storage: StepStorage | null, key: string): Log {
  const listeners = new Set<{ readonly tell: (step: ProtocolStep) => void }>();
  let steps = loadSteps(storage, key);

  function put(next: readonly ProtocolStep[], step: ProtocolStep): void {
    steps = next.slice(-mostSteps);
    saveSteps(storage, key, steps);
    for (const { tell } of [...listeners]) notify(tell, step);
  }

  function change(id: number, changes: Partial<ProtocolStep>): void {
    const found = steps.find((step) => step.id === id);
    if (found === undefined) return;
    const changed = Object.freeze({ ...found, ...changes });
    put(
      steps.map((step) => (step === found ? changed : step)),
      changed,
    );
  }

  return {
    steps: () => steps,
    subscribe(listener) {
      const entry = { tell: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    begin(given) {
      const id = (steps.at(-1)?.id ?? 0) + 1;
      const nothing = { status: null, code: null, isRepeat: false, proof: null, sent: [], received: [] };
      const step = Object.freeze({ id, at: Date.now(), duration: null, ...nothing, ...given });
      put([...steps, step], step);
      return id;
    },
    change,
    end(id, changes) {
      const { at = 0 } = steps.find((step) => step.id === id) ?? {};
      change(id, { duration: Math.max(0, Date.now() - at), ...changes });
    },
  };
}

function createObserver(log: Log): ProtocolObserver {
  const { begin, change, end, steps } = log;
  return {
    redirected(url) {
      const { searchParams } = new URL(url);
      const isSignOut = searchParams.has('post_logout_redirect_uri');
      const name = isSignOut ? 'endSession' : 'authorization';
      begin({ name, url: placeOf(url), duration: 0, sent: fieldsOf(searchParams) });
    },
    returned(response, outcome) {
      const id = begin({
        name: 'callback',
        url: lastRedirectUri(steps()),
        code: codeOf(response.get('error')),
        received: fieldsOf(response),
      });
      outcome.then(
        () => end(id),
        (error: unknown) => end(id, { code: failureOf(error) }),
      );
    },
    async exchange(url, init, send) {
      const headers = new Headers(init.headers);
      const parameters = new URLSearchParams(init.body instanceof URLSearchParams ? init.body : '');
      const name = nameOfRequest(url, init.method, headers, parameters);
      const isRepeat = isRefusedForNonce(steps().findLast((step) => step.url === placeOf(url)));
      const id = begin({ name, url: placeOf(url), isRepeat, sent: fieldsOf(parameters) });
      noteProof(id, headers);
      try {
        const response = await send(url, init);
        const { ok, status } = response;
        const ended = readFields(name, response.clone()).then((fields) => end(id, { status, ...fields }));
        // The code must be known before a repeat begins.
        if (!ok) await ended;
        return response;
      } catch (error) {
        end(id, { code: failureOf(error) });
        throw error;
      }
    },
    ...createApiObserver(log, noteProof),
  };

  function noteProof(id: number, headers: Headers): void {
    thumbprintOf(headers.get('dpop')).then(
      (proof) => proof !== null && change(id, { proof }),
      () => undefined,
    );
  }
}

/** Of the requests to APIs, only challenges and repeats are steps of the protocol: `observeRequests` reports the others. */
function createApiObserver(
  { begin, end }: Log,
  noteProof: (id: number, headers: Headers) => void,
): Pick<ProtocolObserver, 'proved' | 'answered'> {
  /** The challenged requests that are not repeated yet, by their address, and then the steps of the repeats. */
  const challenged = new Map<string, number>();
  const repeats = new Map<string, number[]>();
  return {
    proved({ url, headers }) {
      const count = challenged.get(url) ?? 0;
      if (count === 0) return;
      challenged.set(url, count - 1);
      const id = begin({ name: 'api', url: placeOf(url), isRepeat: true });
      repeats.set(url, [...(repeats.get(url) ?? []), id]);
      noteProof(id, headers);
    },
    answered({ status }, url, isChallenge) {
      const id = repeats.get(url)?.shift();
      if (id !== undefined) end(id, { status });
      if (!isChallenge) return;
      if (id === undefined) begin({ name: 'api', url: placeOf(url), duration: 0, status, code: nonceCode });
      challenged.set(url, (challenged.get(url) ?? 0) + 1);
    },
  };
}

const nonceCode = 'use_dpop_nonce';

const isRefusedForNonce = (step: ProtocolStep | undefined): boolean => step?.code === nonceCode;

/** The page to which the last authorization request asked the provider to return. */
function lastRedirectUri(steps: readonly ProtocolStep[]): string {
  const fields = steps.flatMap(({ sent }) => sent);
  return fields.findLast(({ name, value }) => name === 'redirect_uri' && value !== null)?.value ?? '';
}

function failureOf(error: unknown): string {
  if (isAuthorizationError(error)) return codeOf(error.error) ?? error.code;
  return error instanceof SessionError ? error.code : nameOf(error);
}
