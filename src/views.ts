import { notify } from './report.ts';
import { viewOf, type SessionView } from './view.ts';
import type { SessionActor } from './world.ts';

type Listener<User> = (view: SessionView<User>) => void;

/** The view of now, and those who want to hear of the next one. */
export interface Views<User> {
  get(this: void): SessionView<User>;
  subscribe(this: void, listener: Listener<User>): () => void;
  /** To be called whenever the machine has moved. */
  update(): void;
}

export function createViews<User>(actor: SessionActor, user: () => User | null): Views<User> {
  const listeners = new Set<Listener<User>>();
  let view = viewOf(actor.getSnapshot(), user(), null);
  let told = view;
  const get = () => (view = viewOf(actor.getSnapshot(), user(), view));
  return {
    get,
    subscribe(listener) {
      // The same function may subscribe twice: each gets an entry, and an undo, of its own.
      const entry: Listener<User> = (next) => {
        listener(next);
      };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    update() {
      if (get() === told) return;
      told = view;
      for (const listener of listeners) notify(listener, told);
    },
  };
}
