import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSession, restContract, type ServerContract } from '../../src/index.ts';
import type { ProbeReport } from '../../src/probe/probe.ts';
import { root, typecheck } from '../docs/snippets.ts';
import type { RunningServer, ServerDialect } from '../referenceServer/server.ts';
import { ada, createWorld, problemsOf } from './world.ts';

/** Writes the contract of a report to a file, and imports it as an application would. */
async function paste({ contract }: ProbeReport): Promise<ServerContract> {
  expect(typecheck([{ place: 'pasted', code: contract ?? '' }])).toEqual([]);
  const file = join(await mkdtemp(join(tmpdir(), 'pasted-')), 'contract.ts');
  const source = JSON.stringify(pathToFileURL(join(root, 'src/index.ts')).href);
  await writeFile(file, (contract ?? '').replace("'sessionchart'", source));
  const pasted: unknown = await import(/* @vite-ignore */ file);
  return readContract(pasted);
}

function readContract(pasted: unknown): ServerContract {
  if (typeof pasted === 'object' && pasted !== null && 'server' in pasted)
    return pasted.server as ServerContract;
  throw new TypeError('Expected the text to export `server`');
}

interface Planted {
  readonly title: string;
  readonly dialect: ServerDialect;
  readonly contract: ServerContract;
  readonly problem: string;
  readonly message: string;
  readonly prepare?: (server: RunningServer) => void;
}

const express = { login: 'login', refresh: 'token', logout: 'logout' };
const rotating = { login: 'auth/login', refresh: 'auth/refresh' };

const planted: readonly Planted[] = [
  {
    title: 'lacks the code of an expired token',
    dialect: 'express',
    contract: restContract({
      ...express,
      errorCodes: { 401: 'accessTokenMissing', 'Not allowed': 'forbidden' },
    }),
    problem: 'error errorCodes',
    message: `Add "Invalid or expired token": 'accessTokenExpired'.`,
  },
  {
    title: 'takes a missing permission for an expired token',
    dialect: 'express',
    contract: restContract({
      ...express,
      errorCodes: { 401: 'accessTokenMissing', 403: 'accessTokenExpired' },
    }),
    problem: 'error errorCodes',
    message: `A missing permission starts a refresh. Add "Not allowed": 'forbidden'.`,
  },
  {
    title: 'reads the access token from a field that the response lacks',
    dialect: 'rotating',
    contract: restContract({ ...rotating, grant: { accessToken: 'data.token' } }),
    problem: 'error grant',
    message: '`data.token`',
  },
  {
    title: 'expects another status of a refresh',
    dialect: 'message',
    contract: restContract({
      login: 'auth/login',
      refresh: { path: 'auth/refresh', success: 200 },
      errorCodes: { 'invalid JWT': 'accessTokenExpired', 401: 'none' },
    }),
    problem: 'error refresh.success',
    message: 'The server answers a refresh with 201',
  },
  {
    title: 'does not read the new refresh token',
    dialect: 'rotating',
    contract: restContract({
      ...rotating,
      refresh: { path: 'auth/refresh', grant: { refreshToken: 'next' } },
    }),
    problem: 'error refresh.grant',
    message: `Add refreshToken: 'refreshToken'.`,
  },
  {
    title: 'reads the lifetime in another unit',
    dialect: 'rotating',
    contract: restContract({ ...rotating, grant: { expiresInUnit: 'milliseconds' } }),
    problem: 'error grant.expiresIn',
    message: `Set expiresInUnit: 'seconds'.`,
  },
  {
    title: 'does not recognise the refusal of a refresh',
    dialect: 'rotating',
    contract: restContract(rotating),
    problem: 'error refresh.errorCodes',
    message: `Add "410": 'refreshTokenInvalid'.`,
    prepare: (server) =>
      void server.intercept('refresh', async (_request, next) => {
        const response = await next();
        return response.status === 401 ? new Response(null, { status: 410 }) : response;
      }),
  },
];

describe.each(planted)('a contract that $title', ({ dialect, contract, problem, message, prepare }) => {
  test('is told so, and the pasted one fits and works in a session', async () => {
    await using world = await createWorld(dialect);
    prepare?.(world.server);
    const report = await world.probe(contract, { waitExpiry: 120_000 });
    expect(problemsOf(report)).toContain(problem);
    expect(report.problems.map((found) => found.message).join('\n')).toContain(message);

    const pasted = await paste(report);
    const again = await world.probe(pasted, { waitExpiry: 120_000 });
    expect(problemsOf(again).filter((found) => found.startsWith('error'))).toEqual([]);

    const { clock, server } = world;
    const session = createSession({ baseUrl: server.url, server: pasted, environment: { clock } });
    onTestFinished(() => session.dispose());
    await session.login(ada);
    server.expireAccessTokens();
    const answers = await Promise.all(Array.from({ length: 5 }, () => session.fetch('api/me')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await session.fetch('api/forbidden')).ok).toBe(false);
    expect(session.getSnapshot().status).toBe('authenticated');
    server.revokeSessions();
    await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
  });
});

test('credentials with lists, nested values and names with dashes are in the pasted contract', async () => {
  await using world = await createWorld('rotating');
  interface Form {
    readonly account: { readonly 'user-name': string; readonly password: string };
    readonly scopes: readonly string[];
  }
  const report = await world.probe(
    restContract<unknown, Form>({
      ...rotating,
      login: {
        path: 'auth/login',
        body: ({ credentials: { account, scopes } }) => ({
          username: account['user-name'],
          password: account.password,
          scopes,
          first: scopes[0],
        }),
      },
    }),
    { credentials: { account: { 'user-name': ada.username, password: ada.password }, scopes: ['a', 'b'] } },
  );
  await paste(report);
  expect(report.contract).toContain(
    "username: credentials.account['user-name'], password: credentials.account.password, " +
      'scopes: credentials.scopes, first: credentials.scopes[0]',
  );
});

test('a user with names with dashes is in the pasted contract', async () => {
  await using world = await createWorld('rotating');
  const report = await world.probe(
    restContract<{ readonly 'user-name': string }>({
      ...rotating,
      grant: { user: (_body, { sub }) => (typeof sub === 'string' ? { 'user-name': sub } : undefined) },
    }),
  );
  await paste(report);
  expect(report.contract).toContain("user: (_body, claims) => ({ 'user-name': String(claims['sub']) })");
});

test('a contract whose bodies are neither JSON nor a form gets a report without a contract', async () => {
  await using world = await createWorld('rotating');
  const report = await world.probe({
    login: ({ http }) => http.post('auth/login', { body: 'ada lovelace' }).json(),
  });

  expect(report.contract).toBeNull();
  expect(report.stopped).toContain('refused the sign-in');
});
