import type { Tab } from '../platform/tab.ts';
import type { Call } from '../world/network.ts';
import type { Setup } from '../world/plan.ts';
import type { Pair, ServerAnswer } from '../world/server.ts';
import type { Ledger } from './ledger.ts';

/** A call of the library's API by a program: a request, or `login()`, `refresh()` and the like. */
export interface Asked {
  readonly id: number;
  readonly what: string;
  readonly tab: Tab;
  /** The user that the program saw when it called, or `null`. */
  readonly user: string | null;
  /** The session that the program saw. */
  readonly sessionId: string | null;
  readonly calledAt: number;
  /** How long it may wait for the session, in milliseconds. */
  readonly limit: number;
  /** Whether the state of the session allows that a request waits. */
  readonly mayWait: () => boolean;
  /** The time of its tab since when it waits for the session, or `null` while it is on its way or answered. */
  waitingSince: number | null;
  sends: number;
  /** The pair with which it was refused last. */
  refused: Pair | null;
  executions: number;
  /** When its caller has aborted it. */
  abortedAt: number | null;
  /** The status of its answer, or the code of its error. */
  outcome: number | string | null;
}

/** How long a failed refresh may be ago for which a request still waits, in milliseconds. */
const longestPause = 60_000;

/** Checks what happens to the requests of programs. */
export function createRequestRules(ledger: Ledger, { whileExpired, whileStepUp, hasDrift }: Setup) {
  const { violate, wasTroubled } = ledger;
  const waitsForUser = whileExpired !== false || whileStepUp !== false;
  const byId = new Map<number, Asked>();
  const open = new Set<Asked>();

  const askedBy = ({ path }: Call): Asked | undefined => byId.get(Number(path.slice('/api/'.length)));

  function sent(call: Call): void {
    const asked = askedBy(call);
    if (asked === undefined) return;
    asked.waitingSince = null;
    asked.sends += 1;
    const name = `${asked.what} ${asked.id}`;
    if (asked.sends > 3) violate('no request without bound', `${name} is sent ${asked.sends} times`);
    if (asked.abortedAt !== null && asked.abortedAt < ledger.now())
      violate('no request after its abort', `${name} is sent although its caller has aborted it`);
    if (asked.outcome !== null)
      violate('no request after its answer', `${name} is sent although its caller has an answer`);
    if (asked.refused !== null && asked.refused === call.pair)
      violate(
        'no replay with a refused token',
        `${name} is sent again with access token ${asked.refused.serial}`,
      );
    const user = call.pair?.family.user;
    if (asked.user !== null && user !== undefined && user !== asked.user)
      violate('no request as another user', `${name} of ${asked.user} carries a token of ${user}`);
  }

  /** The errors that say that something is wrong with the network, the server, the store or another tab. */
  const needsTrouble = (outcome: number | string): boolean =>
    outcome === 'TypeError' ||
    outcome === 'ERR_REFRESH_UNAVAILABLE' ||
    (outcome === 'ERR_HOLD_TIMEOUT' && !waitsForUser);

  function checkFailure({ what, id, calledAt }: Asked, outcome: number | string): void {
    if (what !== 'request' || hasDrift || !needsTrouble(outcome)) return;
    const isCaused = wasTroubled(
      ['network', 'server', 'store', 'lock', 'tab', 'clock'],
      calledAt - longestPause,
    );
    if (!isCaused) violate('no request fails without a cause', `request ${id} ends with ${outcome}`);
  }

  function served(call: Call, { status }: ServerAnswer): void {
    const asked = askedBy(call);
    if (asked === undefined || status !== 200 || call.answers.length > 1) return;
    asked.executions += 1;
    if (asked.executions > 1)
      violate('no request answered twice', `${asked.what} ${asked.id} was executed twice`);
  }

  return {
    open,
    sent,
    served,
    ended(call: Call, status: number | null): void {
      const asked = askedBy(call);
      if (asked?.outcome !== null) return;
      asked.waitingSince = asked.tab.awake();
      if (status === 401) asked.refused = call.pair;
    },
    began(asked: Asked): void {
      byId.set(asked.id, asked);
      open.add(asked);
    },
    settled(asked: Asked, outcome: number | string): void {
      checkFailure(asked, outcome);
      asked.outcome = outcome;
      asked.waitingSince = null;
      open.delete(asked);
    },
    /** After each event: nothing waits longer than it may. */
    check(): void {
      for (const asked of open) {
        const { tab, waitingSince, limit } = asked;
        const name = `${asked.what} ${asked.id}`;
        if (!tab.isAlive()) open.delete(asked);
        else if (asked.abortedAt !== null && !tab.isSuspended())
          violate('an abort ends the wait', `${name} goes on although its caller has aborted it`);
        else if (waitingSince !== null && !tab.isSuspended() && !asked.mayWait())
          violate('no request is forgotten', `${name} waits although nothing is under way`);
        else if (waitingSince !== null && !tab.isSuspended() && tab.awake() - waitingSince > limit)
          violate('nothing waits past its limit', `${name} waits for more than ${limit} ms`);
      }
    },
  };
}

export type RequestRules = ReturnType<typeof createRequestRules>;
