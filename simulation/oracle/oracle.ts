import type { SessionEmitted } from '../../machines/index.ts';
import type { SessionView } from '../../src/index.ts';
import type { Tab } from '../platform/tab.ts';
import type { Client } from '../world/client.ts';
import type { User } from '../world/contract.ts';
import type { Call, NetworkObserver } from '../world/network.ts';
import type { Setup } from '../world/plan.ts';
import type { Server } from '../world/server.ts';
import { createEndingRules } from './endings.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRequestRules, type Asked, type RequestRules } from './requests.ts';
import { showsSecret } from './secrets.ts';
import { createSignOutRules, type SignOutRules } from './signOuts.ts';
import { createTokenRules, type TokenRules } from './tokens.ts';

/** Judges a world by what the server saw and what each caller got. */
export interface Oracle extends NetworkObserver {
  readonly ledger: Ledger;
  readonly requests: RequestRules;
  readonly tokens: TokenRules;
  readonly signOuts: SignOutRules;
  /** A session was created. */
  opened(this: void, client: Client): void;
  /** A session has emitted an event. */
  told(this: void, client: Client, event: SessionEmitted): void;
  /** A session shows a view. */
  shown(this: void, client: Client, view: SessionView<User>): void;
  /** A message was posted to other tabs. */
  posted(this: void, message: unknown): void;
  /** A record was stored. */
  stored(this: void, record: unknown): void;
  /** A person signs out. */
  signedOut(this: void, client: Client): void;
  /** A program brings new tokens for the session of a client, which goes on, whatever another tab does until it is `done`. */
  adopting(this: void, client: Client): () => void;
  settled(this: void, asked: Asked, outcome: number | string, error?: unknown): void;
  /** After each event. */
  check(this: void, clients: readonly Client[]): void;
}

export interface OracleOptions {
  readonly now: () => number;
  readonly setup: Setup;
  readonly server: Server;
  readonly note: (who: Tab | null, what: string) => void;
}

export function createOracle({ now, setup, server, note }: OracleOptions): Oracle {
  const ledger = createLedger(now);
  const requests = createRequestRules(ledger, setup);
  const tokens = createTokenRules(ledger, setup);
  const endings = createEndingRules(ledger, setup);
  const signOuts = createSignOutRules(ledger, setup);
  /** The sessions that each client has signed out of. */
  const left = new Map<Client, Set<string>>();
  /** The programs that bring new tokens, each with the session it began with. */
  const adoptions = new Set<{ readonly client: Client; readonly sessionId: string | null }>();
  /** The sessions whose end is stored. */
  const over = new Set<string>();
  const isAtomic = setup.place !== 'marks' && setup.lateness === 0;

  /** No tokens of a session are stored after its end was stored. Only then another tab could find them. */
  function checkLogout(sessionId: string, ended: string | undefined): void {
    if (ended === 'loggedOut') over.add(sessionId);
    else if (
      ended === undefined &&
      over.delete(sessionId) &&
      isAtomic &&
      !isAdopted(sessionId) &&
      !ledger.wasTroubled(['store'], 0)
    )
      ledger.violate('a logout stays', 'tokens are stored after the end of their session was stored');
  }

  const sessionIdOf = ({ session }: Client) => session.actor.getSnapshot().context.sessionId;

  /** Whether a program brings new tokens for a session. It may have read it from the store only now. */
  const isAdopted = (id: string) =>
    [...adoptions].some(({ client, sessionId }) => sessionId === id || sessionIdOf(client) === id);

  /** A session that is adopted goes on, also in a tab that has signed out of it. */
  function forgetAdopted(): void {
    for (const ids of left.values()) for (const id of ids) if (isAdopted(id)) ids.delete(id);
  }

  function expectNoSecret(value: unknown, where: string): void {
    if (showsSecret(value)) ledger.violate('no secret outside', `a secret is in ${where}`);
  }

  return {
    ledger,
    requests,
    tokens,
    signOuts,
    sent(call) {
      note(call.tab, `sends ${describe(call)}`);
      requests.sent(call);
      tokens.sent(call);
    },
    served(call, answer) {
      note(null, `the server answers ${describe(call)} with ${answer.status}`);
      requests.served(call, answer);
      tokens.served(call, answer);
    },
    ended(call, answer) {
      note(call.tab, `gets ${answer === null ? call.outcome : answer.status} for ${describe(call)}`);
      if (answer === null || answer.status >= 500 || answer.status === 429) ledger.trouble('network', 0);
      if (answer !== null) endings.answered(call, answer);
      requests.ended(call, answer?.status ?? null);
      tokens.ended(call, answer?.status ?? null);
    },
    told(client, event) {
      note(client.tab, `${client.name} emits ${event.type}`);
      expectNoSecret(event, `the event ${event.type}`);
      signOuts.told(event);
      if (event.type === 'session.expired' || event.type === 'session.loggedOut') endings.told(client, event);
    },
    opened(client) {
      tokens.opened(client);
      endings.opened(client);
    },
    shown(client, view) {
      note(client.tab, `${client.name} is ${view.status}${view.user === null ? '' : ` as ${view.user.id}`}`);
      if (view.user !== null) endings.shown(client, view.user.id);
      expectNoSecret(view, 'the view');
    },
    posted: (message) => expectNoSecret(message, 'a message between tabs'),
    stored(record) {
      if (!isRecord(record)) return;
      const { sessionId, refreshToken, accessToken, ended, generation = 0 } = record;
      ledger.stored();
      checkLogout(sessionId, ended);
      const pair =
        server.pairOfAccessToken(accessToken ?? '') ?? server.pairOfRefreshToken(refreshToken ?? '');
      if (pair === undefined) return;
      const newestAt = ledger.now();
      const known = ledger.sessions.get(sessionId) ?? {
        families: new Set(),
        newest: pair,
        newestGeneration: generation,
        current: pair,
        currentGeneration: generation,
        newestAt,
      };
      known.families.add(pair.family);
      Object.assign(known, { current: pair, currentGeneration: generation });
      if (pair.serial > known.newest.serial)
        Object.assign(known, { newest: pair, newestGeneration: generation, newestAt });
      ledger.sessions.set(sessionId, known);
      endings.stored(sessionId);
    },
    signedOut(client) {
      const sessionId = sessionIdOf(client);
      endings.signedOut(sessionId);
      signOuts.began(client);
      if (sessionId === null) return;
      // An end that cannot be stored is known only here.
      if (ledger.wasTroubled(['store'], now())) return;
      left.set(client, (left.get(client) ?? new Set()).add(sessionId));
    },
    adopting(client) {
      const adoption = { client, sessionId: sessionIdOf(client) };
      adoptions.add(adoption);
      forgetAdopted();
      return () => {
        forgetAdopted();
        adoptions.delete(adoption);
      };
    },
    settled(asked, outcome, error) {
      note(asked.tab, `${asked.what} ${asked.id} ends with ${outcome}`);
      requests.settled(asked, outcome);
      if (error !== undefined) expectNoSecret(error, `the error of ${asked.what}`);
    },
    check(clients) {
      requests.check();
      forgetAdopted();
      for (const client of clients) {
        const id = sessionIdOf(client);
        if (
          id !== null &&
          left.get(client)?.has(id) === true &&
          client.session.actor.getSnapshot().hasTag('signedIn')
        )
          ledger.violate('a logout stays', `${client.name} is signed in again`);
      }
    },
  };
}

function describe({ id, kind, path, pair }: Call): string {
  const name = kind === 'api' ? path : kind;
  return `${name} (call ${id}${pair === null ? '' : `, pair ${pair.serial} of ${pair.family.user}`})`;
}

interface Stored {
  readonly sessionId: string;
  readonly accessToken?: string | null;
  readonly refreshToken?: string | null;
  readonly ended?: string;
  readonly generation?: number;
}

function isRecord(value: unknown): value is Stored {
  return (
    typeof value === 'object' && value !== null && 'sessionId' in value && typeof value.sessionId === 'string'
  );
}
