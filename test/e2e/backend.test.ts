import { startBackend } from '../../examples/backend/start.ts';
import { testsEverything } from '../everything.ts';
import { testWebApplication } from '../frameworks/claims.ts';

testWebApplication('Hono', (options) => startBackend('hono', options));
if (testsEverything) testWebApplication('Express', (options) => startBackend('express', options));
