import type { SessionView } from '../../session/view.ts';
import type { Dock } from './useDock.ts';

export interface OpenButtonProps {
  readonly dock: Dock;
  readonly theme: 'system' | 'light' | 'dark';
  readonly status: SessionView['status'];
}

/** The button in the corner of the page that opens the docked panel. */
export function OpenButton({ dock: { isOpen, setOpen, setOpener }, theme, status }: OpenButtonProps) {
  return (
    <div className="sessionchart-devtools sessionchart-opener" data-theme={theme} hidden={isOpen}>
      <button type="button" ref={setOpener} aria-expanded={false} onClick={() => setOpen(true)}>
        Session devtools <b data-status={status}>{status}</b>
      </button>
    </div>
  );
}

const positions = [
  ['bottom', 'Bottom'],
  ['right', 'Right'],
] as const;

/** The buttons at the top of the docked panel. */
export function DockBar({ dock }: { readonly dock: Dock }) {
  const { position: current, moveTo, setOpen, setCloser } = dock;
  return (
    <div className="sessionchart-dock-bar" role="group" aria-label="Position of the devtools">
      {positions.map(([position, name]) => (
        <button
          key={position}
          type="button"
          aria-pressed={position === current}
          onClick={() => moveTo(position)}
        >
          {name}
        </button>
      ))}
      <button type="button" ref={setCloser} onClick={() => setOpen(false)}>
        Close
      </button>
    </div>
  );
}
