import { startBackend } from '../../examples/backend/start.ts';
import { testWebApplication } from '../frameworks/claims.ts';

testWebApplication('Hono', (options) => startBackend('hono', options));
testWebApplication('Express', (options) => startBackend('express', options));
