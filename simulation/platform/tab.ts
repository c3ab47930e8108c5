import { setCurrentTab } from './currentTab.ts';
import type { Scheduler } from '../scheduler.ts';

/** A listener of the window or the document. */
type Listener = (event: never) => void;

/**
 * A tab of a browser, or a process. Its code runs only in its own events: a tab that is suspended gets them later, and one
 * that has been killed never. Whatever it does outside itself (a write, a message, a request) passes `effect`.
 */
export interface Tab {
  readonly id: number;
  /** How far its clock is ahead, in milliseconds, and how fast it runs. */
  readonly clock: { ahead: number; rate: number };
  isAlive(this: void): boolean;
  isSuspended(this: void): boolean;
  /** The time by the tab's clock. */
  now(this: void): number;
  /** The milliseconds that the tab has not been suspended. */
  awake(this: void): number;
  /** A timer of the tab. */
  schedule(this: void, callback: () => void, delay: number): () => void;
  /** Runs an event in the tab after `delay` milliseconds. */
  post(this: void, delay: number, run: () => void): () => void;
  /** Runs an event in the tab now. For the harness, between two events. */
  enter(this: void, run: () => void): void;
  /** Before each effect outside the tab. Returns whether the tab is still alive. */
  effect(this: void): boolean;
  /** Kills the tab at one of its next effects: 0 is the next one. */
  killAtEffect(this: void, effects: number): void;
  kill(this: void): void;
  /** Called when the tab is killed. */
  onKilled(this: void, listener: () => void): void;
  suspend(this: void): void;
  resume(this: void): void;
  listen(this: void, type: string, listener: Listener): () => void;
  /** Calls the listeners of an event of the window or the document. */
  dispatch(this: void, type: string, event: unknown): void;
}

export interface TabOptions {
  readonly id: number;
  readonly scheduler: Scheduler;
  readonly clock: Tab['clock'];
  /** Called when the tab is killed or suspended, for the trace. */
  readonly note: (what: string) => void;
}

export function createTab({ id, scheduler, clock, note }: TabOptions): Tab {
  const start = scheduler.now();
  const listeners = createListeners();
  const killed: (() => void)[] = [];
  let waiting: (() => void)[] | null = null;
  let isAlive = true;
  let effectsLeft = Infinity;
  let suspendedAt = start;
  let slept = 0;

  const now = () => Math.round(start + (scheduler.now() - start) * clock.rate + clock.ahead);

  function enter(run: () => void): void {
    if (!isAlive) return;
    if (waiting !== null) {
      waiting.push(run);
      return;
    }
    setCurrentTab(tab);
    run();
  }

  function kill(): void {
    if (!isAlive) return;
    isAlive = false;
    waiting = null;
    note('is killed');
    for (const listener of killed) listener();
  }

  const tab: Tab = {
    id,
    clock,
    now,
    enter,
    kill,
    isAlive: () => isAlive,
    isSuspended: () => waiting !== null,
    awake: () => scheduler.now() - start - slept - (waiting === null ? 0 : scheduler.now() - suspendedAt),
    post: (delay, run) => scheduler.after(delay, () => enter(run)),
    schedule(callback, delay) {
      const timer = { isArmed: true };
      const fire = () => {
        if (timer.isArmed) callback();
      };
      const cancel = scheduler.after(delay / clock.rate, () => enter(fire));
      return () => {
        timer.isArmed = false;
        cancel();
      };
    },
    effect() {
      if (isAlive && effectsLeft === 0) kill();
      effectsLeft -= 1;
      return isAlive;
    },
    killAtEffect(effects) {
      effectsLeft = effects;
    },
    onKilled: (listener) => void killed.push(listener),
    suspend() {
      if (!isAlive || waiting !== null) return;
      note('is suspended');
      waiting = [];
      suspendedAt = scheduler.now();
    },
    resume() {
      if (waiting === null) return;
      note('resumes');
      const late = waiting;
      waiting = null;
      slept += scheduler.now() - suspendedAt;
      for (const run of late) scheduler.after(0, () => enter(run));
    },
    ...listeners,
  };
  return tab;
}

function createListeners(): Pick<Tab, 'listen' | 'dispatch'> {
  const listeners = new Map<string, Set<{ readonly call: Listener }>>();
  return {
    listen(type, call) {
      const listener = { call };
      const ofType = listeners.get(type) ?? new Set();
      listeners.set(type, ofType.add(listener));
      return () => void ofType.delete(listener);
    },
    dispatch(type, event) {
      for (const { call } of [...(listeners.get(type) ?? [])]) Reflect.apply(call, undefined, [event]);
    },
  };
}
