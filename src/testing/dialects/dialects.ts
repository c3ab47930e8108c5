import { coded } from './coded.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { express } from './express.ts';
import { header } from './header.ts';
import { message } from './message.ts';
import { rotating } from './rotating.ts';

export const dialects: Readonly<Record<DialectName, Dialect>> = { rotating, coded, express, message, header };
