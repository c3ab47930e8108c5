import { expect, test } from 'vitest';
import { restContract, type ServerContract } from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { ada, createWorld, problemsOf } from './world.ts';

/** A connection that is cut when the server gets this request. */
const cut = () => {
  throw new Error('The connection is cut');
};

test('a refresh without a response stops the probe, and is not called a refusal', async () => {
  await using world = await createWorld();
  world.server.intercept('refresh', cut);
  const report = await world.probe(rotating);

  expect(report.stopped).toMatch(/^POST http:.+\/auth\/refresh got no response \(UND_ERR_SOCKET\)\.$/);
  expect(problemsOf(report)).toEqual([]);
});

test('a used refresh token whose response is lost is not called refused', async () => {
  await using world = await createWorld();
  let refreshes = 0;
  world.server.intercept('refresh', async (_request, next) => {
    refreshes += 1;
    return refreshes < 3 ? next() : cut();
  });
  const report = await world.probe(rotating);

  expect(report.stopped).toContain('/auth/refresh got no response');
  expect(report.findings.map(({ id }) => id)).not.toContain('refresh.grace');
});

test('a sign-out without a response stops the probe, also if the contract ignores the failure', async () => {
  await using world = await createWorld('express');
  world.server.intercept('logout', cut);
  const express = restContract({ login: 'login', refresh: 'token' });
  const contract: ServerContract = {
    ...express,
    logout: async ({ http }) => {
      await http.post('logout').catch(() => undefined);
    },
  };
  const report = await world.probe(contract);

  expect(report.stopped).toContain('/logout got no response');
  expect(report.findings.map(({ id }) => id)).not.toContain('sign-out.works');
});

test('the address of a request without a response shows no secret', async () => {
  await using world = await createWorld();
  const { now, advance } = world.clock;
  const network = { fetch: () => Promise.reject(new TypeError('cut')), now, wait: advance, origin: null };
  const contract: ServerContract = { login: ({ http }) => http.post(`auth/login/${ada.password}`).json() };
  const report = await world.probe(contract, { network });

  expect(report.stopped).toContain('/auth/login');
  expect(report.stopped).not.toContain(ada.password);
});

test('a contract that sends nothing with its `http` is told so', async () => {
  await using world = await createWorld();
  const report = await world.probe({ login: () => Promise.reject(new RangeError('own client')) });

  expect(report.stopped).toBe('`login` sent no request with the `http` that it is given (RangeError).');
});
