import type { EndSignal } from '../platform/abort.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { Settings } from '../session/settings.ts';
import type { Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { SessionStore } from '../store/sessionStore.ts';

/** What a refresh needs of its session. */
export interface RefreshParts<User, Login> {
  /** Tells the calls of this session from those of others on its store. */
  readonly id: string;
  readonly settings: Settings<User, Login>;
  readonly credentials: Credentials<User>;
  readonly boundedStore: BoundedStore<User>;
  readonly calls: ServerCalls<User, Login>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  /** Tells once what the store cannot do where it runs. */
  readonly tellMissing: (missing: SessionStore['missing']) => void;
  /** Milliseconds that the most patient of the waiting requests can still wait; `null` where none waits. */
  readonly neededFor: () => number | null;
  /** The error of the last refresh that failed; the machine itself holds only its code. */
  readonly lastError: { refresh: Error | null };
}
