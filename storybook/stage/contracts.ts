import { restContract, twoStepLogin, type ServerContract } from 'sessionchart';
import type { DialectName, TestCredentials } from 'sessionchart/testing';
import { coded } from '../../test/referenceServer/contracts/coded.ts';
import { express } from '../../test/referenceServer/contracts/express.ts';
import { header } from '../../test/referenceServer/contracts/header.ts';
import { message } from '../../test/referenceServer/contracts/message.ts';

/** The contract `rotating` of docs/servers.md, with a second step for users who need a code. */
const rotating = restContract<unknown, TestCredentials>({
  login: twoStepLogin({ first: 'auth/login', second: 'auth/code', ticket: 'ticket' }),
  refresh: 'auth/refresh',
});

/** The five contracts in docs/servers.md. */
export const contracts: Readonly<Record<DialectName, ServerContract<unknown, TestCredentials>>> = {
  rotating,
  coded,
  express,
  message,
  header,
};
