import type { Clock, OpenChannel } from '../../src/index.ts';
import type { Life } from './life.ts';

/** What becomes of a message on its way to one tab: after how many milliseconds each copy of it arrives. None is a loss. */
export type Fate = () => readonly number[];

/** The channel between the tabs. */
export interface Air {
  readonly posted: readonly unknown[];
  open(life: Life): OpenChannel;
  /** Says something to every tab, as any script of the origin can. */
  say(message: unknown): void;
}

export function openAir({ clock, fate }: { readonly clock: Clock; readonly fate: Fate }): Air {
  const ears = new Set<{ readonly life: Life; readonly hear: (message: unknown) => void }>();
  const posted: unknown[] = [];
  return {
    posted,
    open: (life) => (_name, hear) => {
      const ear = { life, hear };
      ears.add(ear);
      return {
        post(message) {
          if (life.isOver()) return;
          posted.push(message);
          for (const other of ears) {
            if (other === ear) continue;
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
    say(message) {
      for (const { life, hear } of ears) life.enter(() => hear(message));
    },
  };
}

export const delivered: Fate = () => [0];
export const lost: Fate = () => [];
