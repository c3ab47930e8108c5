import type { HistoryEntry } from '../../session/history.ts';
import type { DrawnArrow } from './drawing.ts';

export interface ArrowLabelProps {
  readonly arrow: DrawnArrow;
  /** The transition to name; with `null`, the label lists all events of the arrow. */
  readonly entry: HistoryEntry | null;
  /** The width of the drawing. */
  readonly width: number;
}

/** The width of a character, and the height of a line. */
const advance = 6.1;
const lineHeight = 13;
const mostEvents = 6;

/** The event that caused a transition, with the server's status and code, or all events of the arrow. */
export function ArrowLabel({ arrow, entry, width }: ArrowLabelProps) {
  const lines = entry === null ? eventsOf(arrow) : wordsOf(entry);
  const across = Math.max(...lines.map((line) => line.length)) * advance + 14;
  const down = lines.length * lineHeight + 7;
  const x = Math.min(Math.max(arrow.label[0], across / 2 + 2), width - across / 2 - 2);
  const top = Math.max(2, arrow.label[1] - down / 2);
  return (
    <g className="sessionchart-label" data-kind={entry === null ? 'possible' : 'cause'} aria-hidden>
      <rect x={x - across / 2} y={top} width={across} height={down} rx={5} />
      {lines.map((line, index) => (
        <text key={line} x={x} y={top + 13 + index * lineHeight} textAnchor="middle">
          {line}
        </text>
      ))}
    </g>
  );
}

/** A line from an arrow to its label, if they are apart. */
export function LabelLeader({ arrow: { middle, label } }: Pick<ArrowLabelProps, 'arrow'>) {
  return <path className="sessionchart-leader" d={`M${middle.join(' ')}L${label.join(' ')}`} aria-hidden />;
}

function wordsOf({ event, status, code }: HistoryEntry): readonly string[] {
  const words = [...new Set([status, code].filter((word) => word !== null).map(String))].join(' ');
  return words === '' ? [event] : [event, words];
}

function eventsOf({ events }: DrawnArrow): readonly string[] {
  if (events.length <= mostEvents) return events;
  return [...events.slice(0, mostEvents - 1), `and ${events.length - mostEvents + 1} more`];
}
