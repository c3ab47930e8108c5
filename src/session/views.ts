import type { InteropObservable, Observer } from 'xstate';
import type { EndSignal } from '../platform/abort.ts';
import { whyClosed } from '../requests/sessionState.ts';
import { notify } from '../platform/report.ts';
import { viewOf, type Person, type SessionView } from './view.ts';
import type { SessionActor } from './sessionActor.ts';

/** Unsubscribes: call it as a function, or call its `unsubscribe` method. */
export interface Subscription {
  (): void;
  unsubscribe(this: void): void;
}

export type ViewListener<User> = (view: SessionView<User>) => void;

/** The current view and its listeners. */
export interface Views<User> {
  get(this: void): SessionView<User>;
  subscribe(this: void, listener: ViewListener<User> | Observer<SessionView<User>>): Subscription;
  /** Call this after every transition of the machine. */
  update(): void;
  /** Completes all observers. */
  complete(): void;
}

export function createViews<User>(
  actor: SessionActor,
  person: () => Person<User>,
  disposal: EndSignal,
): Views<User> {
  /** The observers, each with the last view that it received. */
  const observers = new Map<Observer<SessionView<User>>, SessionView<User> | null>();
  let view = viewOf(actor.getSnapshot(), person(), null);
  const get = () => (disposal.aborted ? view : (view = viewOf(actor.getSnapshot(), person(), view)));

  /** Calls an observer once per view: one that subscribes during a notification has received the view already. */
  function tell(observer: Observer<SessionView<User>>, next: SessionView<User>): void {
    if (observers.get(observer) === next) return;
    observers.set(observer, next);
    notify(() => observer.next?.(next), undefined);
  }

  return {
    get,
    subscribe(listener) {
      // The same function may subscribe twice: each subscription has its own entry.
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

/** The key by which RxJS and others recognise an observable. No platform defines the symbol itself. */
function symbolObservable(): PropertyKey {
  const symbol: unknown = Reflect.get(Symbol, 'observable');
  return typeof symbol === 'symbol' ? symbol : '@@observable';
}

/** Makes `from(session)` of RxJS work. */
export function withInterop<User, Target extends object>(
  target: Target,
  { subscribe }: Views<User>,
): Target & InteropObservable<SessionView<User>> {
  const observable = { subscribe };
  const observe = () => observable;
  // Both keys: a library that was loaded before the symbol was defined looks for the string.
  const interop: object = { '@@observable': observe, [symbolObservable()]: observe };
  if (!isInterop<User>(interop))
    throw new TypeError('Expected the key of observables to be in its own object');
  return Object.assign(target, interop);
}

function isInterop<User>(value: object): value is InteropObservable<SessionView<User>> {
  return symbolObservable() in value;
}
