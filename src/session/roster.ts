import { notify } from '../platform/report.ts';
import { statusOf } from './view.ts';
import type { SessionActor, World } from './world.ts';
import { isRollCall, readAbsence, readPresence, type Peer } from '../store/peerMessage.ts';

/** The other sessions on the same store: usually other tabs. */
export interface Peers {
  /** This session's id among its peers. */
  readonly id: string;
  /**
   * Calls the listener at once with the known peers, then after every change. While there is a listener, the others are
   * asked every two seconds. A peer that misses two answers is removed.
   *
   * @returns an unsubscribe function
   *
   * @example
   * ```ts
   * const stop = session.peers.subscribe((peers) => console.log(`${peers.length} other tabs`));
   * stop();
   * ```
   */
  subscribe(this: void, listener: (peers: readonly Peer[]) => void): () => void;
}

export interface Roster extends Peers {
  /** Takes a message; whether it was one for the roster. */
  hear(message: unknown): boolean;
  /** To be called whenever the machine has moved: who has asked is told. */
  review(): void;
  leave(): void;
}

/** Milliseconds between two roll calls. */
const pause = 2_000;

/** Milliseconds after which nobody who asked is told of changes any more. */
const memory = 2.5 * pause;

/** Rolls that somebody may miss. Not time: the timers of a hidden page go off once a minute. */
const mostMissed = 2;

/** Messages are foreign input: more peers than these are not kept, and more roll calls in a pause not answered. */
const mostPeers = 200;

/** Knows who else is there, where somebody wants to know. Nobody asks otherwise, and nothing is sent. */
export function createRoster<User, Login>(world: World<User, Login>, actor: SessionActor): Roster {
  const { disposal, settings, tell } = world;
  const { clock, signals } = settings.environment;
  const listeners = new Set<(peers: readonly Peer[]) => void>();
  const heard = new Map<string, { readonly peer: Peer; readonly missed: number }>();
  let peers: readonly Peer[] = [];
  let askedAt = -Infinity;
  let answers = 0;
  let told: Peer | null = null;
  let cancel = (): void => undefined;

  function self(): Peer {
    const snapshot = actor.getSnapshot();
    const status = statusOf(snapshot);
    return { id: world.id, status, holdsLock: snapshot.hasTag('holdsLock'), isVisible: signals.isVisible() };
  }

  function present(): void {
    told = self();
    tell({ type: 'present', ...told });
  }

  function update(): void {
    const found = [...heard.values()].map(({ peer }) => peer);
    const isSame = found.length === peers.length && found.every((peer, index) => peer === peers[index]);
    if (isSame) return;
    peers = Object.freeze(found);
    for (const listener of [...listeners]) notify(listener, peers);
  }

  function callRoll(): void {
    if (disposal.aborted) return;
    tell({ type: 'rollCall' });
    cancel = clock.schedule(() => {
      for (const [key, { peer, missed }] of heard) {
        if (missed < mostMissed) heard.set(key, { peer, missed: missed + 1 });
        else heard.delete(key);
      }
      update();
      // Who was told may have stopped, or ended the session.
      if (listeners.size > 0) callRoll();
    }, pause);
  }

  function note(peer: Peer): void {
    const before = heard.get(peer.id)?.peer;
    if (before === undefined && heard.size >= mostPeers) return;
    heard.set(peer.id, {
      peer: before !== undefined && isSamePeer(before, peer) ? before : peer,
      missed: 0,
    });
    update();
  }

  return {
    get id() {
      return world.id;
    },
    subscribe(listener) {
      // The same function may listen twice.
      const listen = (next: readonly Peer[]): void => listener(next);
      listeners.add(listen);
      if (listeners.size === 1) callRoll();
      notify(listen, peers);
      return () => {
        if (!listeners.delete(listen) || listeners.size > 0) return;
        cancel();
        heard.clear();
        peers = [];
      };
    },
    hear(message) {
      if (isRollCall(message)) {
        const now = clock.now();
        if (Math.abs(now - askedAt) >= pause) answers = 0;
        if (answers === 0) askedAt = now;
        answers += 1;
        if (answers <= mostPeers) present();
        return true;
      }
      if (listeners.size === 0) return false;
      const peer = readPresence(message);
      if (peer !== null && peer.id !== world.id) note(peer);
      const left = readAbsence(message);
      if (left !== null && heard.delete(left)) update();
      return peer !== null || left !== null;
    },
    review() {
      if (told === null || clock.now() - askedAt > memory) return;
      if (!isSamePeer(told, self())) present();
    },
    leave() {
      cancel();
      if (told !== null) tell({ type: 'absent', id: world.id });
    },
  };
}

function isSamePeer(before: Peer, now: Peer): boolean {
  return (
    before.status === now.status && before.holdsLock === now.holdsLock && before.isVisible === now.isVisible
  );
}
