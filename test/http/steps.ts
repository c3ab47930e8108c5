import type { RequestPurpose, RequestStep } from '../../src/index.ts';
import type { AppSession } from './world.ts';

/** Notes what `session.requests` shows: of all, or of one purpose. */
export function watch(
  session: Pick<AppSession, 'requests'>,
  only?: RequestPurpose,
): { readonly steps: RequestStep[]; readonly stop: () => void } {
  const steps: RequestStep[] = [];
  const stop = session.requests.subscribe((step) => {
    if (only === undefined || step.purpose === only) steps.push(step);
  });
  return { steps, stop };
}

/** A step in a few words. */
export const brief = ({ type, purpose, attempt, status, code }: RequestStep) =>
  [type.replace('request.', ''), purpose, attempt, status ?? code].filter((part) => part !== null).join(' ');

export const withId = (step: RequestStep) => `${step.id} ${brief(step)}`;
