import type { Signals } from '../platform/signals.ts';
import type { SessionStore } from '../store/sessionStore.ts';

/** The parts of a session that `sessionchart/limits` uses. */
export interface LimitsSlot {
  readonly store: SessionStore;
  /** The key for its record. The tokens have another one, so that no activity can overwrite them. */
  readonly key: string;
  readonly signals: Signals;
}

/** The name of the slot in a session: the same one in each copy of this package. */
export const limitsSlot: unique symbol = /* @__PURE__ */ Symbol.for('sessionchart.limits');
