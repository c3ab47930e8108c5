import { test } from 'vitest';

// `mutantRunner.ts` runs its own function instead of this one. This file comes last.
test('each mutant is found by a test that reaches it', () => undefined);
