import type { Tab } from '../platform/tab.ts';
import type { Call } from '../world/network.ts';
import type { Family, Pair } from '../world/server.ts';

/** A promise of the library that was not kept. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
}

/** A time in which something was wrong with the world. */
interface Trouble {
  readonly name: TroubleName;
  readonly tab: Tab | null;
  readonly from: number;
  until: number;
}

/** What the place has held of one session. */
export interface StoredTokens {
  /** More than one if the user has signed in again. */
  readonly families: Set<Family>;
  newest: Pair;
  newestGeneration: number;
  /** The pair that was stored last. */
  current: Pair;
  currentGeneration: number;
  /** When the newest pair was stored. */
  newestAt: number;
}

/** `record`: the record was removed or torn, and none has been stored since. `gone`: a tab was closed or killed. */
export type TroubleName = 'network' | 'server' | 'store' | 'record' | 'lock' | 'tab' | 'gone' | 'clock';

/** What the oracle knows: what the server saw, what each caller got, and what was wrong meanwhile. */
export interface Ledger {
  readonly now: () => number;
  readonly violations: Violation[];
  /** The refresh calls that were sent with a pair. */
  readonly exchanges: Map<Pair, Call[]>;
  /** The sessions that the place has held, by their ids. */
  readonly sessions: Map<string, StoredTokens>;
  /** The sessions that a person has ended, with the time. */
  readonly loggedOut: Map<string, number>;
  violate(this: void, rule: string, what: string): void;
  /** Notes that something is wrong for so many milliseconds. */
  trouble(this: void, name: TroubleName, duration: number, tab?: Tab): void;
  /** Notes that a record was stored. */
  stored(this: void): void;
  /** Whether any of these was wrong at some time since. */
  wasTroubled(this: void, names: readonly TroubleName[], since: number, tab?: Tab): boolean;
}

export function createLedger(now: () => number): Ledger {
  const troubles: Trouble[] = [];
  const violations: Violation[] = [];
  return {
    now,
    violations,
    exchanges: new Map(),
    sessions: new Map(),
    loggedOut: new Map(),
    violate(rule, what) {
      if (violations.length === 0) violations.push({ rule, what });
    },
    trouble: (name, duration, tab) =>
      void troubles.push({ name, tab: tab ?? null, from: now(), until: now() + duration }),
    stored() {
      for (const trouble of troubles)
        if (trouble.name === 'record') trouble.until = Math.min(trouble.until, now());
    },
    wasTroubled: (names, since, tab) =>
      troubles.some(
        (trouble) =>
          names.includes(trouble.name) &&
          trouble.until >= since &&
          (tab === undefined || trouble.tab === null || trouble.tab === tab),
      ),
  };
}
