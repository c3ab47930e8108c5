import { describe } from 'vitest';
import { answers } from './behaviours/answers.ts';
import { ending } from './behaviours/ending.ts';
import { leaving } from './behaviours/leaving.ts';
import { offline } from './behaviours/offline.ts';
import { refreshing } from './behaviours/refreshing.ts';
import { reloading } from './behaviours/reloading.ts';
import { signingIn } from './behaviours/signingIn.ts';
import { dialects } from './dialects.ts';

describe.each(dialects)('a server of the kind $name', (dialect) => {
  describe('signing in', () => signingIn(dialect));
  describe('refreshing', () => refreshing(dialect));
  describe('a refresh that is refused', () => ending(dialect));
  describe('responses that say nothing about the session', () => answers(dialect));
  describe('logging out', () => leaving(dialect));
  describe('a browser that is offline', () => offline(dialect));
  describe('a reload of the page', () => reloading(dialect));
});
