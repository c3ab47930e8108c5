import type { Verdict } from '../../server/contract.ts';

/** The parts of a report, in the order in which they are shown. */
export const topics = ['sign-in', 'access token', 'refresh', 'sign-out', 'clock', 'cookies', 'CORS'] as const;

export type Topic = (typeof topics)[number];

/**
 * `right` and `wrong` compare the server with the contract; `warning` is a risk; `fact` describes the server; `skipped` was
 * not tested.
 */
export type Mark = 'right' | 'wrong' | 'warning' | 'fact' | 'skipped';

/** One thing that the probe has found out. */
export interface Finding {
  /** A stable name for programs, such as `refresh.rotation`. */
  readonly id: string;
  readonly topic: Topic;
  readonly label: string;
  readonly result: string;
  readonly mark: Mark;
  /** The response behind it. */
  readonly answer?: FoundAnswer | undefined;
}

/** A response, reduced to what a contract is about. */
export interface FoundAnswer {
  readonly status: number | null;
  /** The server's code, or `null`. */
  readonly code: string | number | null;
  /** What a session with this contract concludes from the response. */
  readonly verdict: Verdict;
}

/** Something to change: in the contract, or at the server. */
export interface Problem {
  /** `error`: the session does not work as it should. `warning`: it works, and something should be known or may be better. */
  readonly level: 'error' | 'warning';
  /** The finding that it belongs to. */
  readonly id: string;
  /** The option of the contract or the part of the server to change. */
  readonly where: string;
  readonly message: string;
  /** Whether the contract of the report has the change. */
  readonly isApplied?: boolean;
}

/** What the contract needs, by the names of the options of `restContract`. */
export interface ContractChanges {
  readonly errorCodes: Record<string, Verdict>;
  readonly login: EndpointChanges;
  readonly refresh: EndpointChanges;
  readonly grant: Record<string, string>;
  /** Paths to add to `errorCode`. */
  readonly errorCode: Set<string>;
  logoutNeedsFreshToken?: boolean;
  refreshesLiveTokensOnly?: boolean;
}

/** What an endpoint needs. */
export interface EndpointChanges {
  readonly errorCodes: Record<string, Verdict>;
  readonly grant: Record<string, string>;
  success?: number;
}

/** Collects what is found. */
export interface Notebook {
  readonly findings: Finding[];
  readonly problems: Problem[];
  readonly changes: ContractChanges;
  /** Texts that no report may contain. */
  readonly secrets: Set<string>;
}

export function createNotebook(): Notebook {
  const endpoint = (): EndpointChanges => ({ errorCodes: {}, grant: {} });
  return {
    findings: [],
    problems: [],
    changes: {
      errorCodes: {},
      login: endpoint(),
      refresh: endpoint(),
      grant: {},
      errorCode: new Set(),
    },
    secrets: new Set(),
  };
}
