import { atLeast, check, func, object, type Kind } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { pageActivity } from './pageActivity.ts';

/** Calls `note` when the user is active. Returns an unsubscribe function. */
export type ActivitySource = (note: () => void) => () => void;

/** Options of `limitSession`. Give `idle`, `lifetime` or both. Durations are in milliseconds. */
export interface LimitOptions {
  /**
   * How long the user may be inactive in all tabs (in milliseconds, 1000 or more). Default is no limit. NIST SP 800-63B-4 asks
   * for at most an hour at AAL2 and 15 minutes at AAL3 (sections 2.2.3 and 2.3.3).
   */
  readonly idle?: number;
  /**
   * How long the session may last after the sign-in, whatever the user does (in milliseconds, 1000 or more). Default is no
   * limit. NIST SP 800-63B-4 asks for at most 24 hours at AAL2 and 12 hours at AAL3.
   */
  readonly lifetime?: number;
  /**
   * How long before the end the session emits `session.ending` and shows `view.ending` (in milliseconds, 0 or more, and less
   * than `idle` and `lifetime`). With 0, there is no warning. Users need at least 20 seconds to react (WCAG 2.2, success
   * criterion 2.2.1). Default is 60000 (60 seconds), or half of the shorter limit if that is less.
   */
  readonly warning?: number;
  /**
   * What counts as an activity of the user, besides `stay()` and showing the page. Leave out automatic requests.
   * Default is `pageActivity`: pointer, keyboard, touch and wheel.
   */
  readonly activity?: ActivitySource;
}

/** The checked options. A limit that was not given is `Infinity`. */
export type Limits = Required<LimitOptions>;

const names = /* @__PURE__ */ Object.keys({
  idle: true,
  lifetime: true,
  warning: true,
  activity: true,
} satisfies Record<keyof LimitOptions, true>);

const duration = /* @__PURE__ */ atLeast(1_000);

/** @throws {InvalidOptionError} an option is not valid; the error names it */
export function readLimits(options: LimitOptions): Limits {
  check('options', options, object);
  expectKnown('', options, names);
  const { idle, lifetime, activity = pageActivity } = options;
  if (idle === undefined && lifetime === undefined)
    throw new InvalidOptionError('idle', `${duration.expected}, or \`lifetime\` to be one`, 'undefined');
  const limits = { idle: readLimit('idle', idle), lifetime: readLimit('lifetime', lifetime) };
  const shorter = Math.min(limits.idle, limits.lifetime);
  const { warning = Math.min(60_000, shorter / 2) } = options;
  check('activity', activity, func);
  return { ...limits, warning: check('warning', warning, below(shorter)), activity };
}

const readLimit = (name: string, limit: number | undefined): number =>
  limit === undefined ? Infinity : check(name, limit, duration);

const below = (limit: number): Kind<number> => ({
  expected: `a number of at least 0 and less than ${limit}, the shorter limit`,
  includes: (value): value is number => typeof value === 'number' && value >= 0 && value < limit,
});
