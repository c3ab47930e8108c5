import type { InteropObservable, Observer } from 'xstate';
import type { EndSignal } from '../platform/abort.ts';
import { whyClosed } from '../requests/closed.ts';
import { notify } from '../platform/report.ts';
import { viewOf, type Person, type SessionView } from './view.ts';
import type { SessionActor } from './world.ts';

/** Ends a subscription, called as it is or by the name that observables have for it. */
export interface Subscription {
  (): void;
  unsubscribe(this: void): void;
}

export type ViewListener<User> = (view: SessionView<User>) => void;

/** The view of now, and those who want to hear of the next one. */
export interface Views<User> {
  get(this: void): SessionView<User>;
  subscribe(this: void, listener: ViewListener<User> | Observer<SessionView<User>>): Subscription;
  /** To be called whenever the machine has moved. */
  update(): void;
  /** Tells everybody that nothing follows. */
  complete(): void;
}

export function createViews<User>(
  actor: SessionActor,
  person: () => Person<User>,
  disposal: EndSignal,
): Views<User> {
  /** Each with the view that it was given last. */
  const observers = new Map<Observer<SessionView<User>>, SessionView<User> | null>();
  let view = viewOf(actor.getSnapshot(), person(), null);
  const get = () => (disposal.aborted ? view : (view = viewOf(actor.getSnapshot(), person(), view)));

  /** Nobody is told twice: who subscribes while others are being told has had the view already. */
  function tell(observer: Observer<SessionView<User>>, next: SessionView<User>): void {
    if (observers.get(observer) === next) return;
    observers.set(observer, next);
    notify(() => observer.next?.(next), undefined);
  }

  return {
    get,
    subscribe(listener) {
      // The same function may subscribe twice: each gets an entry, and an undo, of its own.
      const observer: Observer<SessionView<User>> =
        typeof listener === 'function'
          ? { next: listener }
          : { next: (next) => listener.next?.(next), complete: () => listener.complete?.() };
      observers.set(observer, null);
      const unsubscribe = () => {
        observers.delete(observer);
      };
      tell(observer, get());
      if (whyClosed(disposal, actor) !== null && observers.delete(observer))
        notify(() => observer.complete?.(), undefined);
      return Object.assign(() => unsubscribe(), { unsubscribe });
    },
    update() {
      const now = get();
      for (const observer of observers.keys()) tell(observer, now);
    },
    complete() {
      for (const observer of observers.keys()) notify(() => observer.complete?.(), undefined);
      observers.clear();
    },
  };
}

/** By this key RxJS and others know an observable; no platform has the symbol of itself. */
function symbolObservable(): PropertyKey {
  const symbol: unknown = Reflect.get(Symbol, 'observable');
  return typeof symbol === 'symbol' ? symbol : '@@observable';
}

/** Adds what makes `from(session)` of RxJS work. */
export function withInterop<User, Target extends object>(
  target: Target,
  { subscribe }: Views<User>,
): Target & InteropObservable<SessionView<User>> {
  const observable = { subscribe };
  const observe = () => observable;
  // Both: a library that was loaded before somebody made the symbol looks for the text.
  const interop: object = { '@@observable': observe, [symbolObservable()]: observe };
  if (!isInterop<User>(interop))
    throw new TypeError('Expected the key of observables to be in its own object');
  return Object.assign(target, interop);
}

function isInterop<User>(value: object): value is InteropObservable<SessionView<User>> {
  return symbolObservable() in value;
}
