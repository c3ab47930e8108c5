import type { ServerContract } from 'sessionchart';
import type { DialectName, PasswordCredentials } from 'sessionchart/testing';
import { coded } from '../../test/referenceServer/contracts/coded.ts';
import { express } from '../../test/referenceServer/contracts/express.ts';
import { header } from '../../test/referenceServer/contracts/header.ts';
import { message } from '../../test/referenceServer/contracts/message.ts';
import { rotating } from '../../test/referenceServer/contracts/rotating.ts';

/** The five contracts in docs/servers.md. */
export const contracts: Readonly<Record<DialectName, ServerContract<unknown, PasswordCredentials>>> = {
  rotating,
  coded,
  express,
  message,
  header,
};
