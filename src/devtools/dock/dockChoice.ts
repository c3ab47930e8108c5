export type DockPosition = 'bottom' | 'right';

/** What the user has chosen with the buttons of the dock. */
export interface DockChoice {
  readonly isOpen: boolean;
  readonly position: DockPosition;
}

export interface DockChoiceStore {
  /** The choice, or `null` before the first one. */
  read(this: void): DockChoice | null;
  choose(this: void, choice: DockChoice): void;
  subscribe(this: void, listener: () => void): () => void;
}

const key = 'sessionchart.devtools';

/** Remembers the choice in `localStorage`. If the browser forbids that, the choice lasts as long as the page. */
export function createDockChoice(): DockChoiceStore {
  const listeners = new Set<() => void>();
  let choice: DockChoice | null | undefined;
  return {
    read: () => (choice ??= load()),
    choose(chosen) {
      choice = chosen;
      save(chosen);
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function load(): DockChoice | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return isDockChoice(stored) ? { isOpen: stored.isOpen, position: stored.position } : null;
  } catch {
    return null;
  }
}

function save(choice: DockChoice): void {
  try {
    localStorage.setItem(key, JSON.stringify(choice));
  } catch {
    // The browser forbids the storage, or it is full.
  }
}

function isDockChoice(value: unknown): value is DockChoice {
  if (typeof value !== 'object' || value === null || !('isOpen' in value && 'position' in value))
    return false;
  return typeof value.isOpen === 'boolean' && (value.position === 'bottom' || value.position === 'right');
}
