import {
  observeRequests,
  type ObservableSession,
  type RequestPurpose,
  type RequestStep,
} from '../../src/observe/index.ts';

/** Records the steps that `observeRequests` reports, of all requests or of one purpose. */
export function watch(
  session: ObservableSession,
  only?: RequestPurpose,
): { readonly steps: RequestStep[]; readonly stop: () => void } {
  const steps: RequestStep[] = [];
  const stop = observeRequests(session).subscribe((step) => {
    if (only === undefined || step.purpose === only) steps.push(step);
  });
  return { steps, stop };
}

/** A step as a short text. */
export const brief = ({ type, purpose, attempt, status, code }: RequestStep) =>
  [type.replace('request.', ''), purpose, attempt, status ?? code].filter((part) => part !== null).join(' ');

export const withId = (step: RequestStep) => `${step.id} ${brief(step)}`;
