import { describe, expect, test } from 'vitest';
import type { RequestStep } from '../../src/observe/index.ts';
import { addStep, durationOf, stateOf, type LoggedRequest } from '../../src/devtools/requests/requestLog.ts';
import { createTimeScale } from '../../src/devtools/requests/timeScale.ts';

const step = (type: RequestStep['type'], at: number, more: Partial<RequestStep> = {}): RequestStep => ({
  id: 1,
  purpose: 'api',
  method: 'GET',
  url: 'https://api.example.com/orders',
  attempt: 1,
  type,
  at,
  status: null,
  code: null,
  ...more,
});

const logOf = (...steps: readonly RequestStep[]): readonly LoggedRequest[] =>
  steps.reduce<readonly LoggedRequest[]>(addStep, []);

describe('a request', () => {
  test('is held, in flight, refused by the server, held again and answered', () => {
    const steps = [
      step('request.held', 0, { attempt: 0 }),
      step('request.sent', 10),
      step('request.answered', 30, { status: 401 }),
      step('request.held', 30),
      step('request.sent', 50, { attempt: 2 }),
      step('request.answered', 90, { attempt: 2, status: 200 }),
    ];
    const states = steps
      .map((_, index) => logOf(...steps.slice(0, index + 1))[0])
      .map((found) => found && stateOf(found));
    expect(states).toEqual(['held', 'in flight', 'answered', 'held', 'in flight', 'answered']);

    const [request] = logOf(...steps);
    expect(request).toMatchObject({
      attempt: 2,
      failure: null,
      phases: [
        { kind: 'held', from: 0, to: 10, status: null },
        { kind: 'sent', from: 10, to: 30, status: 401 },
        { kind: 'held', from: 30, to: 50, status: null },
        { kind: 'sent', from: 50, to: 90, status: 200 },
      ],
    });
    expect(request && durationOf(request, 1_000)).toBe(90);
  });

  test('that is refused after its response keeps both', () => {
    const [request] = logOf(
      step('request.sent', 0),
      step('request.answered', 5, { status: 401 }),
      step('request.failed', 6, { code: 'ERR_SESSION_EXPIRED' }),
    );
    expect(request).toMatchObject({ failure: 'ERR_SESSION_EXPIRED', phases: [{ status: 401 }] });
    expect(request && stateOf(request)).toBe('failed');
  });

  test('that is refused at once was neither held nor sent', () => {
    const [request] = logOf(step('request.failed', 7, { code: 'ERR_NOT_AUTHENTICATED', attempt: 0 }));
    expect(request?.phases).toEqual([{ kind: 'refused', from: 7, to: 7, status: null }]);
  });

  test('that was sent before the panel opened is not added by its response', () => {
    expect(logOf(step('request.answered', 7, { status: 200 }))).toEqual([]);
  });

  test('that is in flight lasts until now', () => {
    const [request] = logOf(step('request.sent', 100));
    expect(request && durationOf(request, 350)).toBe(250);
  });
});

describe('the scale', () => {
  test('is linear where requests overlap', () => {
    const log = logOf(
      step('request.sent', 0),
      step('request.sent', 50, { id: 2 }),
      step('request.answered', 60, { status: 200 }),
      step('request.answered', 100, { id: 2, status: 200 }),
    );
    const scale = createTimeScale(log, 100);
    expect([0, 50, 60, 100].map(scale)).toEqual([0, 0.5, 0.6, 1]);
  });

  test('shortens idle periods', () => {
    const log = logOf(
      step('request.sent', 0),
      step('request.answered', 50, { status: 200 }),
      step('request.sent', 3_600_000, { id: 2 }),
      step('request.answered', 3_600_050, { id: 2, status: 200 }),
    );
    const scale = createTimeScale(log, 3_600_050);
    expect(scale(50)).toBeCloseTo(0.485, 3);
    expect(scale(3_600_000)).toBeCloseTo(0.515, 3);
    expect(scale(3_600_050)).toBe(1);
  });

  test('lasts until now while a request is in flight', () => {
    const scale = createTimeScale(logOf(step('request.sent', 0)), 200);
    expect(scale(100)).toBe(0.5);
  });

  test('works for an empty log and for a single moment', () => {
    expect(createTimeScale([], 0)(5)).toBe(1);
    expect(createTimeScale(logOf(step('request.failed', 7)), 7)(7)).toBe(0);
  });
});
