import type { ServerContract } from 'sessionchart';
import type { DialectName, PasswordCredentials } from 'sessionchart/testing';
import { coded } from '../../test/contracts/coded.ts';
import { express } from '../../test/contracts/express.ts';
import { header } from '../../test/contracts/header.ts';
import { message } from '../../test/contracts/message.ts';
import { rotating } from '../../test/contracts/rotating.ts';

/** The five contracts in docs/servers.md. */
export const contracts: Readonly<Record<DialectName, ServerContract<unknown, PasswordCredentials>>> = {
  rotating,
  coded,
  express,
  message,
  header,
};
