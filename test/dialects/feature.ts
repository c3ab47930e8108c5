import { it } from 'vitest';
import type { Dialect, Feature } from './dialects.ts';

type Case = readonly [title: string, test: () => Promise<void>];

/** Runs the first test if the dialect has this feature, otherwise the second. */
export function eitherWay(dialect: Dialect, feature: Feature, has: Case, lacks: Case): void {
  const instead = dialect.lacks[feature];
  if (instead === undefined) it(has[0], has[1]);
  else it(`lacks ${feature}, for ${instead}: ${lacks[0]}`, lacks[1]);
}
