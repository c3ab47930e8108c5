import { statuses } from '../../machines/index.ts';
import { topArrows } from './picture.ts';

type Status = (typeof statuses)[number];
type Scheme = 'light' | 'dark';

interface Box {
  readonly x: number;
  readonly y: number;
  /** What happens to a request. */
  readonly note: string;
}

/** Where the five states are drawn. Boxes are 144 by 50. */
const boxes = {
  anonymous: { x: 22, y: 8, note: 'sent without a token' },
  authenticated: { x: 22, y: 144, note: 'sent with the token' },
  refreshing: { x: 236, y: 144, note: 'waits' },
  expired: { x: 236, y: 290, note: 'refused, or waits' },
  loggedOut: { x: 22, y: 290, note: 'sent without a token' },
} as const satisfies Record<Status, Box>;

const [width, height] = [396, 360];
const box = { width: 144, height: 50 };

/** How each arrow is drawn, and its label. Arrows without a label are rare. */
const drawn: Readonly<
  Record<string, { readonly path: string; readonly label?: readonly [string, number, number] }>
> = {
  'anonymous authenticated': { path: 'M94 58V144', label: ['sign in', 94, 106] },
  'anonymous loggedOut': { path: 'M166 33H200V305H166' },
  'authenticated refreshing': { path: 'M166 160H236', label: ['expires', 201, 150] },
  'authenticated expired': { path: 'M150 194L242 290' },
  'authenticated loggedOut': { path: 'M64 194V290', label: ['sign out', 64, 250] },
  'refreshing authenticated': { path: 'M236 182H166', label: ['new token', 201, 203] },
  'refreshing expired': { path: 'M320 194V290', label: ['refused', 320, 246] },
  'refreshing loggedOut': { path: 'M250 194L154 290' },
  'expired authenticated': { path: 'M380 318H390V112H144V144', label: ['sign in again', 290, 106] },
  'expired loggedOut': { path: 'M236 328H166', label: ['sign out', 201, 349] },
  'loggedOut anonymous': { path: 'M22 315H8V33H22' },
  'loggedOut authenticated': { path: 'M112 290V194' },
};

const colours = {
  light: { text: '#191c22', muted: '#565d6b', line: '#767c88', faint: '#c3c8d2', ground: '#ffffff' },
  dark: { text: '#e7e9ee', muted: '#a0a8b8', line: '#8b93a3', faint: '#4a5160', ground: '#0d1117' },
} as const satisfies Record<Scheme, Record<string, string>>;

const hues = {
  anonymous: { light: ['#f0f1f4', '#767c88'], dark: ['#22262e', '#8b93a3'] },
  authenticated: { light: ['#e3f5ec', '#0a6b45'], dark: ['#14332a', '#63d6a0'] },
  refreshing: { light: ['#e7f0fd', '#1b57b8'], dark: ['#172b48', '#85b8ff'] },
  expired: { light: ['#fcf0dc', '#8a4b06'], dark: ['#38290f', '#f0b656'] },
  loggedOut: { light: ['#f0eafc', '#6238b5'], dark: ['#2c2247', '#c3abf8'] },
} as const satisfies Record<Status, Record<Scheme, readonly [ground: string, line: string]>>;

/**
 * Draws the five states and the transitions between them, for README.md and the documentation site.
 *
 * @throws {Error} The machine has other transitions between the five states than the picture.
 */
export function drawOverview(scheme: Scheme): string {
  const found = topArrows().toSorted();
  const known = Object.keys(drawn).toSorted();
  if (found.join() !== known.join()) {
    throw new Error(
      `Expected scripts/chart/overview.ts to draw ${found.join(', ')}, got ${known.join(', ')}`,
    );
  }
  const { ground } = colours[scheme];
  const arrows = Object.values(drawn).toSorted((a, b) => Number('label' in a) - Number('label' in b));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">`,
    '<title>The five states of a session, and what happens to a request in each</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    tips(scheme),
    ...arrows.map(({ path, label }) => arrow(path, label !== undefined, scheme)),
    ...statuses.map((status) => state(status, scheme)),
    ...arrows.flatMap(({ label }) => (label === undefined ? [] : [labelOf(label, scheme)])),
    '</svg>\n',
  ].join('\n');
}

function tips(scheme: Scheme): string {
  const tip = (id: string, colour: string): string =>
    `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 8 4 0 7.5z" fill="${colour}"/></marker>`;
  return `<defs>${tip('usual', colours[scheme].line)}${tip('rare', colours[scheme].faint)}</defs>`;
}

function arrow(path: string, isUsual: boolean, scheme: Scheme): string {
  const { line, faint } = colours[scheme];
  return `<path d="${path}" fill="none" stroke="${isUsual ? line : faint}" stroke-width="1.5" stroke-linejoin="round" marker-end="url(#${isUsual ? 'usual' : 'rare'})"/>`;
}

function labelOf([text, x, y]: readonly [string, number, number], scheme: Scheme): string {
  const { muted, ground } = colours[scheme];
  return `<text x="${x}" y="${y}" text-anchor="middle" font-size="13" fill="${muted}" stroke="${ground}" stroke-width="4" paint-order="stroke">${text}</text>`;
}

function state(status: Status, scheme: Scheme): string {
  const { x, y, note } = boxes[status];
  const [ground, line] = hues[status][scheme];
  const middle = x + box.width / 2;
  const { text, muted } = colours[scheme];
  return [
    `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="10" fill="${ground}" stroke="${line}" stroke-width="1.5"/>`,
    `<text x="${middle}" y="${y + 21}" text-anchor="middle" font-size="15" font-weight="600" fill="${text}">${status}</text>`,
    `<text x="${middle}" y="${y + 39}" text-anchor="middle" font-size="13" fill="${muted}">${note}</text>`,
  ].join('\n');
}
