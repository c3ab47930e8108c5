import { startBackend } from '../../examples/backend/start.ts';
import { testWebApplication } from '../frameworks/claims.ts';

testWebApplication('Hono', startBackend);
