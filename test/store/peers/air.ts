import type { Clock } from '../../../src/index.ts';
import type { OpenTabChannel } from '../../../src/observe/index.ts';
import type { Life } from './life.ts';

/** The fate of a message on its way to one tab: the delay of each copy in milliseconds. An empty list loses it. */
export type Fate = () => readonly number[];

/** The channel between the tabs. */
export interface Air {
  readonly posted: readonly unknown[];
  open(life: Life): OpenTabChannel;
  /** Posts a message to every tab, as any script of the origin can. */
  say(message: unknown, name?: string): void;
}

export function openAir({ clock, fate }: { readonly clock: Clock; readonly fate: Fate }): Air {
  const ears = new Set<{
    readonly life: Life;
    readonly name: string;
    readonly hear: (message: unknown) => void;
  }>();
  const posted: unknown[] = [];
  return {
    posted,
    open: (life) => (name, hear) => {
      const ear = { life, name, hear };
      ears.add(ear);
      return {
        post(message) {
          if (life.isOver()) return;
          posted.push(message);
          for (const other of ears) {
            if (other === ear || other.name !== name) continue;
            for (const delay of fate()) {
              const copy: unknown = structuredClone(message);
              clock.schedule(() => {
                if (ears.has(other)) other.life.enter(() => other.hear(copy));
              }, delay);
            }
          }
        },
        close: () => void ears.delete(ear),
      };
    },
    say(message, name = 'session') {
      for (const ear of ears) if (ear.name === name) ear.life.enter(() => ear.hear(message));
    },
  };
}

export const delivered: Fate = () => [0];
export const lost: Fate = () => [];
