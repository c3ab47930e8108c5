import type { EndSignal } from '../platform/abort.ts';
import type { ObserverSlot } from '../server/requestObserver.ts';
import type { Settings } from '../session/settings.ts';
import type { Credentials } from '../store/credentials.ts';

/** What the request layer needs from its session. */
export interface RequestParts<User, Login> {
  readonly settings: Settings<User, Login>;
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`: nothing is sent afterwards. */
  readonly disposal: EndSignal;
  readonly observation: ObserverSlot;
  /** The error of the last refresh that failed; the machine itself holds only its code. */
  readonly lastError: { readonly refresh: Error | null };
}
