import type { SessionEmitted } from '../../machines/index.ts';
import type { Tab } from '../platform/tab.ts';
import type { Client } from '../world/client.ts';
import type { Call } from '../world/network.ts';
import type { Pair, ServerAnswer } from '../world/server.ts';
import type { Setup } from '../world/plan.ts';
import type { Ledger } from './ledger.ts';

type Ending = Extract<SessionEmitted, { readonly type: 'session.expired' | 'session.loggedOut' }>;

interface Refusal {
  readonly tab: Tab;
  readonly pair: Pair;
  /** Whether the tab could not know of a newer pair. */
  readonly wasNewest: boolean;
}

/** Checks that a session ends only for a reason, and that one that was ended does not come back. */
export function createEndingRules(
  ledger: Ledger,
  { place, lateness, rotation, hasRefresh, refreshesLiveTokensOnly, hasLimits }: Setup,
) {
  const { violate, sessions, loggedOut } = ledger;
  const isAsynchronous = place !== 'memory' && place !== 'tabs' && place !== 'cookies';
  const refusals: Refusal[] = [];
  /** The sessions whose end has a known cause. */
  const ended = new Set<string>();
  let hasBlindLogout = false;
  /** Whether the server has refused a refresh without a token: the cookie is gone. */
  let hasUnknownRefusal = false;
  let lastStored: string | null = null;
  /** The user of the cookie that a tab has just got. A sign-in, in this tab or another one, may have replaced that of its session. */
  const cookieUsers = new Map<Tab, string>();
  const shownUsers = new Map<Client, string>();

  const hasCookieOfAnother = (client: Client): boolean => {
    const user = cookieUsers.get(client.tab);
    return user !== undefined && user !== shownUsers.get(client);
  };

  function isCaused(client: Client, sessionId: string, { type, code }: Ending['reason']): boolean {
    if (loggedOut.has(sessionId) || ended.has(sessionId)) return true;
    if (type === 'server.subjectMismatch' && hasCookieOfAnother(client)) return true;
    // A tab that reaches a limit tells the others before it ends its own session.
    if (hasLimits && type === 'peer.loggedOut' && (code === 'idle' || code === 'lifetime')) return true;
    if (type.startsWith('peer.'))
      return hasBlindLogout || lastStored !== sessionId || ledger.wasTroubled(['store'], 0);
    if (type === 'limit.reached') return hasLimits;
    // Without a refresh, a session ends with its access token.
    if (!hasRefresh || (refreshesLiveTokensOnly && type === 'accessToken.due')) return true;
    return type.startsWith('server.') && isRefused(client.tab, sessionId);
  }

  /** Whether the store could not keep the tokens of a sign-in, or not yet, so that their session is not known. */
  const isNotStored = ({ family }: Pair): boolean =>
    (isAsynchronous || ledger.wasTroubled(['store'], 0)) &&
    [...sessions.values()].every(({ families }) => !families.has(family));

  /** Whether the server has refused the newest tokens of a session to a tab, as far as the place shows them. */
  function isRefused(tab: Tab, sessionId: string): boolean {
    const refused = refusals.filter((refusal) => refusal.tab === tab);
    const known = sessions.get(sessionId);
    if (known === undefined) return refused.length > 0 || hasUnknownRefusal;
    const { families, newest, current } = known;
    // If two tabs get tokens of one generation in the same moment, the last write decides.
    const isTied = known.currentGeneration >= known.newestGeneration;
    // Without rotation, all pairs have the same refresh token.
    const isNewest = (pair: Pair) =>
      rotation === 'none' ||
      pair.serial >= newest.serial ||
      newest.family.isRevoked ||
      newest.family.closed !== null ||
      newest.isOver ||
      // If a write is not atomic, an older record may have replaced the newest one. Its tab writes it again, if it still can.
      (pair === current &&
        (place === 'marks' || (lateness > 0 && (isTied || ledger.wasTroubled(['tab', 'gone'], 0))))) ||
      ledger.wasTroubled(['store'], 0);
    return refused.some(
      ({ pair, wasNewest }) =>
        (families.has(pair.family) || isNotStored(pair)) && (isNewest(pair) || wasNewest),
    );
  }

  /** Without a lock, while a request to an API is on its way, and while its tab sleeps, another tab may store newer tokens. */
  function refuse(pair: Pair, { kind, sentAt, tab }: Call): void {
    const stored = [...sessions.values()].find(({ families }) => families.has(pair.family));
    const wasNewest =
      (place === 'unlocked' && stored?.newest === pair) ||
      (kind === 'api' &&
        stored !== undefined &&
        (stored.newestAt >= sentAt || ledger.wasTroubled(['tab'], stored.newestAt, tab)));
    refusals.push({ tab, pair, wasNewest });
  }

  function told(client: Client, { type, sessionId, reason }: Ending): void {
    if (sessionId === null) return;
    if (isCaused(client, sessionId, reason)) ended.add(sessionId);
    else violate('no sign-out without a cause', `${client.name} says ${type} because of ${reason.type}`);
  }

  return {
    /** The server has refused a refresh token, or has said that the session is over. */
    answered(call: Call, { status, body, granted }: ServerAnswer): void {
      const { kind, pair, tab } = call;
      if (kind !== 'api') cookieUsers.delete(tab);
      if (place === 'cookies' && granted !== undefined) cookieUsers.set(tab, granted.family.user);
      if (pair === null) {
        hasUnknownRefusal ||= kind === 'refresh' && status === 401;
        return;
      }
      if (kind === 'refresh' && granted !== undefined && granted.family.user !== pair.family.user)
        refuse(pair, call);
      if (status < 400 || status >= 500 || status === 429) return;
      if (
        kind !== 'refresh' &&
        !(kind === 'api' && /SESSION_REVOKED|ACCOUNT_DISABLED|SUBJECT_MISMATCH/.test(body))
      )
        return;
      refuse(pair, call);
    },
    /** A person signs out of a session, or of one that is not known yet. */
    signedOut(sessionId: string | null): void {
      // If a write is not atomic, the end of one session may replace the beginning of the next.
      if (sessionId === null || lateness > 0 || place === 'marks' || place === 'cookies')
        hasBlindLogout = true;
      if (sessionId !== null) loggedOut.set(sessionId, ledger.now());
    },
    stored(sessionId: string): void {
      lastStored = sessionId;
    },
    /** A client that opens may end its session at once, before a listener can be there. */
    opened(this: void, client: Client): void {
      const { sessionId, reason } = client.session.actor.getSnapshot().context;
      const type =
        client.session.getSnapshot().status === 'expired' ? 'session.expired' : 'session.loggedOut';
      if (reason !== null) told(client, { type, sessionId, reason });
    },
    /** A client shows a user. */
    shown(client: Client, user: string): void {
      shownUsers.set(client, user);
    },
    told,
    hasEnded: (sessionId: string) => ended.has(sessionId),
  };
}

export type EndingRules = ReturnType<typeof createEndingRules>;
