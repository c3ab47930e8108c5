import type { Tab } from '../platform/tab.ts';
import type { Client } from '../world/client.ts';
import type { Call } from '../world/network.ts';
import type { Setup } from '../world/plan.ts';
import type { Pair, ServerAnswer } from '../world/server.ts';
import type { Ledger } from './ledger.ts';

/** How long a call of `refresh` may take, in milliseconds. */
export const refreshTimeout = 8_000;

/** How many calls a session may make in a second: the shortest pause is 100 ms, and programs may ask for more. */
const mostInSecond = 8;

/** How long a write may stay invisible to a tab that takes turns by marks, in milliseconds. */
const longestLateness = 3_100;

/** Checks how refresh tokens and access tokens are used. */
export function createTokenRules(
  ledger: Ledger,
  {
    lifetime,
    leeway,
    hasDrift,
    hasLimits,
    rotation,
    place,
    lateness,
    hasLocks,
    refreshesLiveTokensOnly,
  }: Setup,
) {
  const { violate, wasTroubled, exchanges } = ledger;
  /** The part of its lifetime after which a token may be refreshed: timers fire early by at most half of the leeway. */
  const dueShare = leeway === null ? 0.84 : 0.24;
  /** The tabs in which the access token of a pair was refused. */
  const refused = new Map<Pair, Set<Tab>>();
  /** When a pair was requested. */
  const requestedAt = new Map<Pair, number>();
  /** When the program of a tab has last asked for a refresh, in true time. */
  const askedAt = new Map<Tab, number>();
  /** How many sessions were opened in a tab: each makes calls of its own after a failure without a verdict. */
  const sessions = new Map<Tab, number>();
  /** When a tab had a pair first. */
  const openAsks = new Map<Tab, number>();

  /**
   * Whether tabs have different tokens of one generation, since a full storage kept none of them, and the server has a grace
   * period. Once there is space, all of them write theirs, and the last write decides.
   */
  const hasFork = () =>
    [...exchanges.values()].some(
      (calls) => calls.filter(({ answers }) => answers[0]?.granted !== undefined).length > 1,
    );

  /** Whether it is no fault that a refresh token was sent again after this call. */
  function isExcused(before: Call, call: Call): boolean {
    const { tab, outcome, sentAt } = before;
    if (outcome === 'failed' || outcome === 'aborted') return true;
    const isLostWithTab = !tab.isAlive() || wasTroubled(['tab'], sentAt, tab);
    if (isLostWithTab || wasTroubled(['store'], sentAt - refreshTimeout)) return true;
    // Tokens of another user cannot be stored.
    const granted = before.answers[0]?.granted;
    if (outcome === 'answered' && granted?.family.user !== before.pair?.family.user) return true;
    // A tab that sleeps between the read and the write of a store that is not atomic writes an older record over a newer one.
    if (place === 'marks' && wasTroubled(['tab'], sentAt - 90_000)) return true;
    if (place === 'unlocked' && call.tab !== tab && call.sentAt - sentAt < refreshTimeout) return true;
    if (lateness > 0 && hasFork() && wasTroubled(['store'], 0)) return true;
    // Without a lock of the platform, tabs take turns by marks, and two that ask in the same moment may both get one.
    const usesMarks = place === 'marks' || !hasLocks;
    const hasNoLock = usesMarks || wasTroubled(['lock', 'clock'], sentAt - 90_000);
    if (hasNoLock && call.sentAt - sentAt < longestLateness) return true;
    // A mark is part of the record.
    if (usesMarks && wasTroubled(['record'], sentAt)) return true;
    // A tab to which the platform refuses its lock neither sees that another one holds it nor can wait for its writes.
    const isPending = outcome === 'pending';
    if ((isPending || lateness > 0) && wasTroubled(['lock'], sentAt)) return true;
    if (!isPending) return false;
    // If the clock is set while the call is in flight, the mark of its tab looks too old.
    if (usesMarks && Math.abs(call.sentAtInTab - before.sentAtInTab) >= refreshTimeout) return true;
    return call.sentAt - sentAt > refreshTimeout;
  }

  function checkReuse(call: Call, pair: Pair): void {
    if (rotation === 'none') return;
    for (const earlier of exchanges.get(pair) ?? []) {
      if (earlier === call || isExcused(earlier, call)) continue;
      const how =
        earlier.outcome === 'pending' ? 'while another call has it' : 'although its answer was received';
      violate(
        'no refresh token used twice',
        `refresh token ${pair.serial} is sent again by tab ${call.tab.id} ${how}`,
      );
      return;
    }
  }

  /** A refresh needs a reason: the token is due or was refused, or a program has asked for it. */
  function checkNeed(call: Call, pair: Pair): void {
    if (
      (exchanges.get(pair)?.length ?? 0) > 1 ||
      hasDrift ||
      pair.isUntimed ||
      wasTroubled(['clock', 'tab'], 0)
    )
      return;
    const sentAt = requestedAt.get(pair) ?? pair.expiresAt - lifetime * 1000;
    // With limits, a call reads the store before it sends its request. The lifetime counts from the call.
    const waits = hasLimits && wasTroubled(['store'], sentAt - refreshTimeout);
    const start = waits ? sentAt - refreshTimeout : sentAt;
    const isDue = ledger.now() >= start + lifetime * 1000 * dueShare - 2_000;
    const isAsked =
      openAsks.has(call.tab) || (askedAt.get(call.tab) ?? 0) >= pair.expiresAt - lifetime * 1000;
    if (isDue || isAsked || refused.get(pair)?.has(call.tab) === true || rotation === 'none') return;
    // Each tab needs an access token of its own.
    if (place === 'cookies' || refreshesLiveTokensOnly) return;
    violate(
      'no refresh without a reason',
      `tab ${call.tab.id} refreshes pair ${pair.serial}, which is neither due nor refused`,
    );
  }

  /** A token that is known to have expired is never sent. */
  function checkExpiry(pair: Pair): void {
    if (wasTroubled(['clock', 'tab'], 0) || hasDrift || pair.isUntimed) return;
    // With limits, a request that is about to be sent waits for the store.
    if (hasLimits && wasTroubled(['store'], pair.expiresAt - refreshTimeout)) return;
    if (ledger.now() > pair.expiresAt + 50)
      violate(
        'no expired token is sent',
        `access token ${pair.serial} has expired ${ledger.now() - pair.expiresAt} ms ago`,
      );
  }

  /** A tab that fails to refresh pauses before it tries again. */
  function checkPause(call: Call, pair: Pair): void {
    const recent = (exchanges.get(pair) ?? []).filter(
      ({ tab, sentAt }) => tab === call.tab && call.sentAt - sentAt < 1_000,
    );
    if (recent.length > mostInSecond * (sessions.get(call.tab) ?? 1))
      violate(
        'no refresh without a pause',
        `tab ${call.tab.id} sends pair ${pair.serial} ${recent.length} times in a second`,
      );
  }

  return {
    opened: ({ tab }: Client): void => void sessions.set(tab, (sessions.get(tab) ?? 0) + 1),
    /** The lifetime of a token counts from its request, since the tab cannot know when the server has issued it. */
    served({ sentAt }: Call, { granted }: ServerAnswer): void {
      if (granted !== undefined) requestedAt.set(granted, sentAt);
    },
    sent(call: Call): void {
      const { kind, pair } = call;
      if (pair === null) return;
      if (kind === 'refresh') {
        exchanges.set(pair, [...(exchanges.get(pair) ?? []), call]);
        checkPause(call, pair);
        checkReuse(call, pair);
        checkNeed(call, pair);
      } else if (kind === 'api') checkExpiry(pair);
    },
    ended({ kind, pair, tab }: Call, status: number | null): void {
      if (kind !== 'api' || pair === null || status !== 401) return;
      refused.set(pair, (refused.get(pair) ?? new Set()).add(tab));
    },
    /** A program asks for new tokens, until `done`. */
    asked(tab: Tab): () => void {
      askedAt.set(tab, ledger.now());
      openAsks.set(tab, (openAsks.get(tab) ?? 0) + 1);
      return () => {
        askedAt.set(tab, ledger.now());
        const left = (openAsks.get(tab) ?? 1) - 1;
        if (left === 0) openAsks.delete(tab);
        else openAsks.set(tab, left);
      };
    },
  };
}

export type TokenRules = ReturnType<typeof createTokenRules>;
