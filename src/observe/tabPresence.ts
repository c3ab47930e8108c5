import type { Clock } from '../platform/clock.ts';
import { randomId } from '../platform/randomId.ts';
import { notify } from '../platform/report.ts';
import { hasBroadcastChannel, openBroadcastChannel, type Channel } from '../store/broadcastChannel.ts';
import type { Session } from '../session/session.ts';
import { statusOf } from '../session/view.ts';
import { readTabMessage, type Tab, type TabMessage } from './tabMessage.ts';

/** The other tabs of a session. */
export interface TabObserver {
  /** The id of this tab, as the others see it. */
  readonly id: string;
  /**
   * Calls the listener at once with the known tabs, and then after each change. While a tab has a listener, it asks the
   * others every two seconds. A tab that does not answer twice in a row is removed.
   *
   * @returns an unsubscribe function
   */
  subscribe(this: void, listener: (tabs: readonly Tab[]) => void): () => void;
  /** Stops answering other tabs, and tells them that this one is gone. `session.dispose()` does the same. */
  stop(this: void): void;
}

export interface ObserveTabsOptions {
  /** Part of the channel's name (a string). Only tabs with the same name see each other. Default is `'session'`. */
  readonly name?: string;
  /** Opens the channel between the tabs. Default is a `BroadcastChannel`, if the platform has it. */
  readonly openChannel?: OpenTabChannel;
}

/** Opens a channel that carries messages to all other tabs, but not to the sender. */
export type OpenTabChannel = (name: string, listener: (message: unknown) => void) => Channel;

/** The pause between two roll calls, in milliseconds. */
const pause = 2_000;

/** How long a tab is told about changes after its last roll call, in milliseconds. */
const memory = 2.5 * pause;

/** How many roll calls a tab may miss. A time limit would not work: the timers of a hidden page may run once a minute. */
const mostMissed = 2;

/** The most tabs to list, and the most roll calls to answer in one pause, since any script can send messages. */
const mostTabs = 200;

/**
 * Observes the other tabs of a session, for a list of tabs or for devtools. Call it in each tab that the others should see.
 * The session itself does not need it: tabs learn of each other's sign-ins, refreshes and sign-outs from the store.
 *
 * @example
 * ```ts
 * import { observeTabs } from 'sessionchart/observe';
 *
 * const tabs = observeTabs(session);
 * const stop = tabs.subscribe((others) => console.log(`${others.length} other tabs`));
 * ```
 */
export function observeTabs<User, Login>(
  session: ObservedSession<User, Login>,
  { name = 'session', openChannel = openDefault }: ObserveTabsOptions = {},
): TabObserver {
  const id = randomId();
  let isOver = false;
  const thisTab = createThisTab(session, id, post);
  const otherTabs = createOtherTabs(session.clock, post, () => isOver);
  const channel = openChannel(`sessionchart:tabs:${name}`, hear);

  function post(message: TabMessage): void {
    try {
      if (!isOver) channel.post(message);
    } catch {
      // The next roll call reports the change.
    }
  }

  function hear(given: unknown): void {
    const message = readTabMessage(given);
    if (message === null || isOver) return;
    if (message.type === 'rollCall') thisTab.answer();
    else if (message.id !== id) otherTabs.hear(message);
  }

  function stop(): void {
    if (isOver) return;
    otherTabs.stop();
    thisTab.leave();
    isOver = true;
    watching.unsubscribe();
    channel.close();
  }

  const watching = session.actor.subscribe({ next: thisTab.tellChange, complete: stop, error: stop });
  return { id, stop, subscribe: otherTabs.subscribe };
}

type ObservedSession<User, Login> = Pick<Session<User, Login>, 'actor' | 'clock'>;

type Post = (message: TabMessage) => void;

/** Tells the other tabs about this one: when they ask, and about each change while they do. */
function createThisTab<User, Login>({ actor, clock }: ObservedSession<User, Login>, id: string, post: Post) {
  let askedAt = -Infinity;
  let answers = 0;
  let told: Tab | null = null;

  function current(): Tab {
    const snapshot = actor.getSnapshot();
    const isVisible = snapshot.context.visible;
    return { id, status: statusOf(snapshot), holdsLock: snapshot.hasTag('holdsLock'), isVisible };
  }

  function present(): void {
    told = current();
    post({ type: 'present', ...told });
  }

  return {
    answer(): void {
      const now = clock.now();
      if (Math.abs(now - askedAt) >= pause) answers = 0;
      if (answers === 0) askedAt = now;
      answers += 1;
      if (answers <= mostTabs) present();
    },
    tellChange(this: void): void {
      const isAsked = told !== null && clock.now() - askedAt <= memory;
      if (isAsked && !isSameTab(told, current())) present();
    },
    leave(): void {
      if (told !== null) post({ type: 'absent', id });
    },
  };
}

/** Asks the other tabs while there is a listener, and tells the listeners about them. */
function createOtherTabs(clock: Clock, post: Post, isOver: () => boolean) {
  const heard = createHeard();
  const listeners = new Set<{ readonly call: (tabs: readonly Tab[]) => void }>();
  let cancel = (): void => undefined;

  function tellListeners(): void {
    for (const { call } of [...listeners]) notify(call, heard.tabs());
  }

  function callRoll(): void {
    if (isOver()) return;
    post({ type: 'rollCall' });
    cancel = clock.schedule(() => {
      if (heard.count()) tellListeners();
      // A listener may have unsubscribed, or disposed of the session.
      if (listeners.size > 0) callRoll();
    }, pause);
  }

  return {
    hear(message: Exclude<TabMessage, { type: 'rollCall' }>): void {
      if (listeners.size > 0 && heard.take(message)) tellListeners();
    },
    stop: () => cancel(),
    subscribe(this: void, call: (tabs: readonly Tab[]) => void): () => void {
      const listener = { call };
      listeners.add(listener);
      if (listeners.size === 1) callRoll();
      notify(call, heard.tabs());
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        cancel();
        heard.clear();
      };
    },
  };
}

/** The tabs that have answered, and how many roll calls each one has missed since. */
function createHeard() {
  const known = new Map<string, { readonly tab: Tab; readonly missed: number }>();
  let tabs: readonly Tab[] = Object.freeze([]);

  function isChanged(): boolean {
    const found = [...known.values()].map(({ tab }) => tab);
    if (found.length === tabs.length && found.every((tab, index) => tab === tabs[index])) return false;
    tabs = Object.freeze(found);
    return true;
  }

  return {
    tabs: () => tabs,
    /** Applies a message. Returns whether it changes the list. */
    take(message: Exclude<TabMessage, { type: 'rollCall' }>): boolean {
      if (message.type === 'absent') known.delete(message.id);
      else {
        const { type: _, ...tab } = message;
        const before = known.get(tab.id)?.tab;
        if (before === undefined && known.size >= mostTabs) return false;
        known.set(tab.id, { tab: isSameTab(before ?? null, tab) && before ? before : tab, missed: 0 });
      }
      return isChanged();
    },
    /** Counts a completed roll call. Returns whether a tab was removed. */
    count(): boolean {
      for (const [id, { tab, missed }] of known) {
        if (missed < mostMissed) known.set(id, { tab, missed: missed + 1 });
        else known.delete(id);
      }
      return isChanged();
    },
    clear() {
      known.clear();
      isChanged();
    },
  };
}

function openDefault(name: string, listener: (message: unknown) => void): Channel {
  const none: Channel = { post: () => undefined, close: () => undefined };
  try {
    return hasBroadcastChannel() ? openBroadcastChannel(name, listener) : none;
  } catch {
    // A document of an opaque origin may have no BroadcastChannel.
    return none;
  }
}

function isSameTab(before: Tab | null, now: Tab): boolean {
  return (
    before?.status === now.status && before.holdsLock === now.holdsLock && before.isVisible === now.isVisible
  );
}
