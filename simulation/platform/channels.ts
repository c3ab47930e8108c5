import type { Random } from '../random.ts';
import { expectTab } from './currentTab.ts';
import type { Tab } from './tab.ts';

/** The channels between the tabs of an origin. */
export interface Channels {
  /** Whether messages are lost. */
  isDeaf: boolean;
  /** Whether a message may overtake another one, or arrive twice. */
  isUnruly: boolean;
  open(this: void, name: string): ChannelEnd;
}

/** The part of `BroadcastChannel` that is used. */
export interface ChannelEnd {
  postMessage(this: void, message: unknown): void;
  addEventListener(this: void, type: string, listener: (event: { readonly data: unknown }) => void): void;
  close(this: void): void;
}

interface Ear {
  readonly tab: Tab;
  readonly name: string;
  hear: (event: { readonly data: unknown }) => void;
}

/** @param told - called with each message */
export function createChannels(random: Random, told: (message: unknown) => void): Channels {
  const ears = new Set<Ear>();

  function send(to: Ear, data: unknown): void {
    const delay = channels.isUnruly ? random.below(400) : 1;
    to.tab.post(delay, () => {
      if (ears.has(to)) to.hear({ data });
    });
  }

  const channels: Channels = {
    isDeaf: false,
    isUnruly: false,
    open(name) {
      const tab = expectTab();
      const own: Ear = { tab, name, hear: () => undefined };
      ears.add(own);
      return {
        addEventListener(_type, listener) {
          own.hear = listener;
        },
        close: () => void ears.delete(own),
        postMessage(message) {
          if (!tab.effect()) return;
          told(message);
          for (const ear of ears) {
            if (ear === own || ear.name !== name || channels.isDeaf) continue;
            send(ear, message);
            if (channels.isUnruly && random.chance(0.5)) send(ear, message);
          }
        },
      };
    },
  };
  return channels;
}
