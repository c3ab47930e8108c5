import { useTransition, type ReactElement } from 'react';

interface HappeningProps {
  readonly children: string;
  readonly onPress: () => Promise<void> | void;
}

/** A button that is busy until its action has finished. */
export function Happening({ children, onPress }: HappeningProps): ReactElement {
  const [isBusy, start] = useTransition();
  return (
    <button
      type="button"
      className="quiet"
      aria-busy={isBusy}
      onClick={() => start(async () => await onPress())}
    >
      {children}
    </button>
  );
}
