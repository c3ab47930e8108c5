import * as Plot from '@observablehq/plot';
import { JSDOM } from 'jsdom';

/** One bar: a median, and the quartiles around it. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Chart {
  readonly title: string;
  /** The label of the axis. */
  readonly label: string;
  readonly bars: readonly Bar[];
  /** A line at this value, to which the bars are compared. */
  readonly baseline?: number;
}

export const themes = {
  light: { text: '#1f2328', own: '#0969da', other: '#8c959f', rule: '#1f2328' },
  dark: { text: '#e6edf3', own: '#4493f8', other: '#6e7681', rule: '#e6edf3' },
} as const;

const isOwn = ({ name }: Bar): boolean => name.startsWith('session');

/** Draws a bar chart as SVG. Bars of this library have their own colour. */
export function draw({ title, label, bars, baseline }: Chart, theme: keyof typeof themes): string {
  const { text, own, other, rule } = themes[theme];
  const { document } = new JSDOM('').window;
  const svg = Plot.plot({
    document,
    width: 640,
    marginLeft: 220,
    marginRight: 40,
    marginBottom: 48,
    style: { background: 'transparent', color: text, fontFamily: 'system-ui, sans-serif', fontSize: '13px' },
    x: { label, labelOffset: 42, grid: true, zero: true },
    y: { label: null, domain: bars.map(({ name }) => name) },
    marks: [
      Plot.barX(bars, {
        x: 'value',
        y: 'name',
        fill: (bar: Bar) => (isOwn(bar) ? own : other),
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.ruleY(
        bars.filter(({ low }) => low !== undefined),
        { x1: 'low', x2: 'high', y: 'name', stroke: rule, strokeWidth: 1.5 },
      ),
      Plot.text(bars, {
        x: ({ value, high = value }: Bar) => Math.max(value, high),
        y: 'name',
        text: ({ value }: Bar) => (value < 10 ? value.toFixed(2) : value.toFixed(0)),
        textAnchor: 'start',
        dx: 6,
        fill: text,
      }),
      ...(baseline === undefined ? [] : [Plot.ruleX([baseline], { stroke: text, strokeDasharray: '4 3' })]),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  return `${svg.outerHTML}\n`;
}
