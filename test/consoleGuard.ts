import { afterEach, beforeEach, expect } from 'vitest';

/**
 * No test may write a token or a password to the console: no JWT, no `Authorization` header, and no test user's
 * credentials.
 */
const secret = /\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bBearer [\w.-]{8,}|\blovelace\b|\bhopper\b/;

const methods = ['debug', 'error', 'info', 'log', 'warn'] as const;

/** Fails each test that wrote a secret to the console. `format` returns the text that the console shows. */
export function guardConsole(format: (...values: unknown[]) => string): void {
  let lines: string[] = [];
  let undos: (() => void)[] = [];

  beforeEach(() => {
    lines = [];
    undos = methods.map((method) => {
      const original = console[method];
      console[method] = (...values: unknown[]) => {
        lines.push(format(...values));
        original(...values);
      };
      return () => {
        console[method] = original;
      };
    });
  });

  afterEach(() => {
    for (const undo of undos) undo();
    expect(lines.filter((line) => secret.test(line))).toEqual([]);
  });
}
