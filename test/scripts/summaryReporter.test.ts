import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import SummaryReporter from '../../scripts/summaryReporter.ts';

let lines: string[];
const exitCode = process.exitCode;

beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line.trim()));
});

afterEach(() => {
  process.exitCode = exitCode;
});

describe('the last line of a test run', () => {
  test('counts an error that was thrown outside every test as a failure, and the run fails', () => {
    new SummaryReporter().onTestRunEnd([], [{ name: 'TypeError', message: 'thrown late' }]);

    expect(lines).toContain('Unhandled, outside every test: TypeError: thrown late');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(process.exitCode).toBe(1);
  });

  test('does not fail a run without errors', () => {
    new SummaryReporter().onTestRunEnd([], []);

    expect(lines.at(-1)).toBe('0 passed, 0 failed');
    expect(process.exitCode).toBe(exitCode);
  });
});
