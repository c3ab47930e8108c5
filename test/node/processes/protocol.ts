/** How a process starts. */
export interface Start {
  readonly baseUrl: string;
  readonly path: string;
  /** `refresh.timeout`, in milliseconds. */
  readonly timeout?: number;
  /** `hold.timeout`, in milliseconds. */
  readonly holdTimeout?: number;
  /** A signal that the process sends itself when it has the lock and is about to call the server. */
  readonly signalWhenLocked?: 'SIGKILL' | 'SIGSTOP';
}

/** What the parent asks a process to do. */
export type Command =
  { readonly does: 'send'; readonly count: number } | { readonly does: 'login' | 'logout' | 'look' };

/** What the process reports afterwards. */
export interface Report {
  /** The statuses of the responses, or the codes of errors. */
  readonly outcomes: readonly (number | string)[];
  readonly view: {
    readonly status: string;
    /** The event that ended the session. */
    readonly reason: string | null;
    readonly answerLost: boolean;
  };
  /** Problems of the store. */
  readonly failures: readonly string[];
}
