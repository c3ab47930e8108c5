import { jwtClaims } from '../../server/jwtClaims.ts';
import type { Exchange } from '../client/exchange.ts';
import type { Held } from '../client/held.ts';
import { find, report, type Probe } from './probeParts.ts';

const topic = 'clock';

/** The most seconds by which two clocks may differ without a warning. */
const tolerance = 5;

/** Compares the server's clock with that of this machine, and the lifetime with the claims of the token. */
export function checkClock(probe: Probe, { headers, sentAt, answeredAt }: Exchange, held: Held): void {
  const date = Date.parse(headers.get('date') ?? '');
  const claims = held.accessToken === null ? undefined : jwtClaims(held.accessToken);
  const iat = numberOf(claims?.['iat']);
  const middle = (sentAt + answeredAt) / 2000;
  if (Number.isNaN(date)) {
    find(probe, { id: 'clock.date', topic, label: 'Date', mark: 'fact', result: 'the response has none' });
  } else {
    // A `Date` has whole seconds.
    compare(probe, { id: 'clock.date', label: 'Date', difference: date / 1000 + 0.5 - middle });
  }
  if (iat !== null) compare(probe, { id: 'clock.iat', label: 'iat of the token', difference: iat - middle });
  checkLifetime(probe, held, { iat, exp: numberOf(claims?.['exp']) });
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** @param difference - the server's time less that of this machine, in seconds */
function compare(
  probe: Probe,
  { id, label, difference }: { id: string; label: string; difference: number },
): void {
  const seconds = Math.round(Math.abs(difference));
  const isRight = Math.abs(difference) <= tolerance;
  const side = difference > 0 ? 'ahead of' : 'behind';
  const result = isRight ? 'agrees with this machine' : `${seconds} s ${side} this machine`;
  find(probe, { id, topic, label, mark: isRight ? 'right' : 'warning', result });
  if (isRight) return;
  report(probe, {
    ...{ level: 'warning', id, where: 'the server' },
    message: `The clocks of the server and of this machine differ by ${seconds} s.`,
  });
}

/** The lifetime that the contract reads must be that of the token. A wrong unit is off by a factor of 1000. */
function checkLifetime(
  probe: Probe,
  { lifetime }: Held,
  { iat, exp }: { iat: number | null; exp: number | null },
): void {
  const base = { id: 'clock.lifetime', topic, label: 'lifetime' } as const;
  const byClaims = exp === null || iat === null ? null : exp - iat;
  if (lifetime === null) {
    const result = 'unknown: the session refreshes when the API refuses the token';
    find(probe, { ...base, mark: 'fact', result });
    return;
  }
  const seconds = lifetime / 1000;
  const isWrong = byClaims !== null && byClaims > 0 && (seconds > byClaims * 2 || seconds < byClaims / 2);
  const isOdd = byClaims === null && seconds > 30 * 24 * 60 * 60;
  const claimed = isWrong ? `, but ${showSeconds(byClaims)} by the claims of the token` : '';
  const mark = isWrong ? 'wrong' : isOdd ? 'warning' : 'right';
  find(probe, { ...base, mark, result: `${showSeconds(seconds)}${claimed}` });
  if (isWrong || isOdd) reportLifetime(probe, isWrong, seconds, byClaims);
}

function reportLifetime(probe: Probe, isWrong: boolean, seconds: number, byClaims: number | null): void {
  const unit = byClaims === null ? undefined : unitOf(seconds / byClaims);
  if (unit !== undefined) probe.notes.changes.grant['expiresInUnit'] = unit;
  const cure = unit === undefined ? '' : ` Set expiresInUnit: '${unit}'.`;
  report(probe, {
    ...{ level: isWrong ? 'error' : 'warning', id: 'clock.lifetime', where: 'grant.expiresIn' },
    isApplied: unit !== undefined,
    message: isWrong
      ? `The contract reads another lifetime than that of the token.${cure}`
      : 'The lifetime is more than a month. Does the server send milliseconds?',
  });
}

/** The unit that corrects a lifetime which is off by this factor. */
function unitOf(factor: number): string | undefined {
  const isNear = (expected: number) => Math.abs(factor / expected - 1) < 0.2;
  if (isNear(1000)) return 'milliseconds';
  return isNear(1 / 1000) ? 'seconds' : undefined;
}

export function showSeconds(seconds: number): string {
  const units: [string, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
