import { expect, test } from 'vitest';
import { restContract, type ServerContract } from '../../src/index.ts';
import type { ProbeOptions, ProbeReport } from '../../src/probe/probe.ts';
import { reportText } from '../../src/probe/report/text.ts';
import { typecheck } from '../docs/snippets.ts';
import { express } from '../referenceServer/contracts/express.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import type { ServerDialect } from '../referenceServer/server.ts';
import { createWorld, findingsOf, problemsOf } from './world.ts';

const textOf = (report: ProbeReport): string => reportText(report, { hasColors: false, width: 80 });

const paths = { login: 'auth/login', refresh: 'auth/refresh' };

async function probeOnce(
  contract: ServerContract,
  options: Partial<ProbeOptions> = {},
  dialect?: ServerDialect,
) {
  await using world = await createWorld(dialect);
  return await world.probe(contract, options);
}

test('a contract whose refresh is at no path of the server has a comment there, and no heading says that it fits', async () => {
  const contract = restContract({ ...paths, refresh: 'auth/nope', logout: 'auth/out' });
  const report = await probeOnce(contract, { waitExpiry: 120_000 });
  const text = textOf(report);

  expect(report.contractFits).toBe(false);
  expect(text).toContain('The contract so far');
  expect(text).not.toContain('The contract that fits');
  expect(report.contract).toMatch(
    /\n {2}\/\/ TODO: POST \S+ does not exist: [^]*\n {2}refresh: 'auth\/nope',\n {2}\/\/ not tested: sign-out: [^]*\n {2}logout: 'auth\/out'/,
  );
  expect(typecheck([{ place: 'commented', code: report.contract ?? '' }])).toEqual([]);
});

test('a contract is not printed again if no sign-in succeeds and nothing is learned', async () => {
  const report = await probeOnce(restContract({ login: 'auth/nope', refresh: 'auth/refrsh' }));
  const text = textOf(report);

  expect(report).toMatchObject({ contract: null, contractFits: false });
  expect(text).not.toContain('auth/refrsh');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('Without a sign-in, nothing else was tested.');
});

test('a base URL without its last slash is at fault, not the contract', async () => {
  await using world = await createWorld();
  const { now, advance } = world.clock;
  const network: ProbeOptions['network'] = {
    fetch: (input, init) => {
      const { url } = new Request(input);
      return url.includes('/v1/')
        ? fetch(url.replace('/v1', ''), init)
        : Promise.resolve(new Response(null, { status: 404 }));
    },
    ...{ now, wait: advance, origin: null },
  };
  const report = await world.probe(rotating, { baseUrl: `${world.server.url}/v1`, network });
  expect(problemsOf(report)).toEqual(['error --base-url']);
  expect(textOf(report)).not.toContain('restContract');

  const right = await world.probe(rotating, { baseUrl: `${world.server.url}/v1/`, network });
  expect(problemsOf(right)).not.toContain('error --base-url');
});

test('a change that no call has tried is not called fitting', async () => {
  const contract = restContract({ ...paths, grant: { accessToken: 'data.token' } });
  const report = await probeOnce(contract);

  expect(report.contractFits).toBe(false);
  expect(report.contract).toContain('// not tested: no sign-in has succeeded');
  expect(report.contract).toMatch(/\/\/ not tested: no refresh has succeeded\n {2}refresh: /);
});

test('a contract fits after changes if every part of it was tested', async () => {
  const contract = restContract({
    ...{ login: 'login', refresh: 'token', logout: 'logout' },
    errorCodes: { 401: 'accessTokenMissing', 'Not allowed': 'forbidden' },
  });
  const tested = await probeOnce(contract, { waitExpiry: 120_000 }, 'express');
  expect(tested.contractFits).toBe(true);
  expect(textOf(tested)).toContain('The contract that fits');
  expect(tested.contract).not.toContain('//');
});

test('a code that no response had, and each skipped check, is told as not tested', async () => {
  const contract = restContract({
    ...{ login: 'login', refresh: 'token', logout: 'logout' },
    errorCodes: { 401: 'accessTokenMissing', 403: 'forbidden', BANNED: 'accountDisabled' },
  });
  const options = { forbidden: null, wrongPassword: false };
  const report = await probeOnce(contract, options, 'express');

  expect(findingsOf(report)).toMatchObject({
    'access.codes': 'skipped: no response had BANNED',
    'sign-in.wrongPassword': 'skipped: not tried: --no-wrong-password',
  });
  expect(report.contractFits).toBe(false);
  expect(report.contract).toContain('// not tested: other codes: no response had BANNED');
  expect(report.contract).toContain('// not tested: wrong password: not tried');
  expect(textOf(report).replaceAll(/\s+/g, ' ')).toContain(
    'Not tested: wrong password, expired, missing permission, other codes, preflight.',
  );
});

test('a contract that fits is not printed, and the report names what was not tested', async () => {
  const text = textOf(await probeOnce(rotating));

  expect(text).not.toContain('restContract');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'The contract fits the server, with 2 warnings. Not tested: expired, preflight.',
  );
});

test('a path that the user may read says nothing about a missing permission', async () => {
  for (const forbidden of ['api/me', 'nothing/here'])
    expect(findingsOf(await probeOnce(rotating, { forbidden }))['access.forbidden']).toMatch(
      /^skipped: (?:200|404): the path does not refuse this user/,
    );
});

test('tokens after a sign-out that the server refused are not tested', async () => {
  await using world = await createWorld('express');
  world.server.intercept('logout', () => new Response(null, { status: 500 }));
  const report = await world.probe(express);

  expect(problemsOf(report)).toContain('error logout');
  expect(findingsOf(report)).not.toHaveProperty('sign-out.refreshToken');
  expect(report.contract).toMatch(/\/\/ TODO: [^]*\n {2}logout: /);
});
