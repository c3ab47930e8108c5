import { afterEach, beforeEach, expect } from 'vitest';

/**
 * No test of the whole suite may bring a token or a password to the console: neither a JWT, nor an
 * `Authorization` header, nor what the test users sign in with.
 */
const secret = /\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bBearer [\w.-]{8,}|\blovelace\b|\bhopper\b/;

const methods = ['debug', 'error', 'info', 'log', 'warn'] as const;

/** Fails each test after which a secret stands on the console; `format` says what it shows. */
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
