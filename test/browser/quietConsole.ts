import { afterEach, beforeEach, expect } from 'vitest';

/** As in Node: no test may bring a token or a password to the console. */
const secret = /\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bBearer [\w.-]{8,}|\blovelace\b|\bhopper\b/;

const methods = ['debug', 'error', 'info', 'log', 'warn'] as const;

let lines: string[] = [];
let undos: (() => void)[] = [];

beforeEach(() => {
  lines = [];
  undos = methods.map((method) => {
    const original = console[method];
    console[method] = (...values: unknown[]) => {
      lines.push(values.map(String).join(' '));
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
