import { format } from 'node:util';
import { guardConsole } from './consoleGuard.ts';

guardConsole(format);
