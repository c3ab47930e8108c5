import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createDockChoice, type DockChoice, type DockPosition } from './dockChoice.ts';

export interface Dock extends DockChoice {
  /** Takes the button that opens the panel. */
  readonly setOpener: (button: HTMLButtonElement | null) => void;
  /** Takes the button that closes the panel. */
  readonly setCloser: (button: HTMLButtonElement | null) => void;
  readonly moveTo: (position: DockPosition) => void;
  /** Moves the focus too: the pressed button disappears. */
  readonly setOpen: (isOpen: boolean) => void;
}

/** As given, until the user chooses otherwise. */
export function useDock(initial: DockChoice): Dock {
  const [{ subscribe, read, choose }] = useState(createDockChoice);
  const choice = useSyncExternalStore(subscribe, read, () => null) ?? initial;
  const { isOpen, position } = choice;
  const [opener, setOpener] = useState<HTMLButtonElement | null>(null);
  const [closer, setCloser] = useState<HTMLButtonElement | null>(null);
  const isPressed = useRef(false);
  useEffect(() => {
    if (!isPressed.current) return;
    isPressed.current = false;
    (isOpen ? closer : opener)?.focus();
  }, [isOpen, opener, closer]);
  return {
    isOpen,
    position,
    setOpener,
    setCloser,
    moveTo: (next) => choose({ isOpen, position: next }),
    setOpen(next) {
      isPressed.current = true;
      choose({ isOpen: next, position });
    },
  };
}
