import { describe, expect, test } from 'vitest';
import type { ServerContract } from '../../src/index.ts';
import { countSignIns } from '../../src/probe/probe.ts';
import { dialects } from '../dialects/dialects.ts';
import { refreshCookie } from '../referenceServer/contracts/refreshCookie.ts';
import type { ServerDialect } from '../referenceServer/server.ts';
import { ada, createWorld, findingsOf, problemsOf } from './world.ts';

interface Expected {
  readonly problems: readonly string[];
  readonly findings: Readonly<Record<string, string>>;
}

const rotates = {
  'refresh.grace': 'fact: none: a used refresh token is refused at once',
  'refresh.reuseDetection': 'fact: the whole session ends',
  'refresh.concurrency': 'warning: one is refused, and then the session ends',
};
const keeps = {
  'refresh.rotation': 'fact: no: the refresh token stays',
  'refresh.concurrency': 'fact: both succeed',
};
const revokes = {
  'sign-out.works': 'right: 204',
  'sign-out.accessToken': 'fact: still accepted',
};

const expected: Readonly<Record<ServerDialect, Expected>> = {
  rotating: {
    problems: ['warning store', 'warning logout'],
    findings: {
      ...rotates,
      'refresh.rotation': 'fact: yes: each refresh replaces the refresh token',
      'access.expired': 'right: 401 → accessTokenExpired',
      'access.forbidden': 'right: 403 → none',
      'refresh.unknown': 'right: 401 → refreshTokenInvalid',
    },
  },
  coded: {
    problems: ['warning logout'],
    findings: {
      ...keeps,
      'access.missing': 'fact: 401 "T-004" → accessTokenMissing',
      'access.invalid': 'right: 401 "T-001" → accessTokenInvalid',
      'access.expired': 'right: 401 "T-002" → accessTokenExpired',
      'access.forbidden': 'right: 403 "P-001" → forbidden',
    },
  },
  express: {
    problems: [],
    findings: {
      ...keeps,
      ...revokes,
      'access.expired': 'right: 403 "Invalid or expired token" → accessTokenExpired',
      'access.forbidden': 'right: 403 "Not allowed" → forbidden',
      'sign-out.refreshToken': 'right: 403 "Invalid refresh token" → refreshTokenInvalid',
      'sign-out.freshToken': 'right: accepted',
    },
  },
  message: {
    problems: ['warning logout'],
    findings: {
      ...keeps,
      'sign-in.grant': 'right: 201: access token, refresh token',
      'access.missing': 'fact: 401 "missing JWT" → none',
      'access.expired': 'right: 401 "invalid JWT" → accessTokenExpired',
    },
  },
  header: {
    problems: ['warning errorCodes', 'warning logout'],
    findings: {
      ...keeps,
      'access.expired': 'right: 401 "토큰이 만료되었습니다." → accessTokenExpired',
      'access.invalid': 'warning: 401 "유효하지 않은 토큰입니다." → none',
      'access.forbidden': 'right: 401 "접근 권한이 없습니다." → none',
    },
  },
  cookie: {
    problems: ['warning store'],
    findings: {
      ...rotates,
      ...revokes,
      'sign-in.grant': 'right: 200: cookies access, refresh, csrf, user',
      'refresh.rotation': 'fact: yes: each refresh replaces the cookie',
      'access.expired': 'right: 401 "ACCESS_EXPIRED" → accessTokenExpired',
    },
  },
  refreshCookie: {
    problems: ['warning store'],
    findings: {
      ...rotates,
      ...revokes,
      'sign-in.grant': 'right: 200: access token, cookies refresh, user',
      'refresh.missing': 'right: 401 "REFRESH_REFUSED" → refreshTokenInvalid',
    },
  },
};

const contracts: readonly { readonly name: ServerDialect; readonly contract: ServerContract }[] = [
  ...dialects,
  { name: 'refreshCookie', contract: refreshCookie },
];

describe.each(contracts)('a server of the kind $name', ({ name, contract }) => {
  test('behaves as found out, and its contract fits', async () => {
    await using world = await createWorld(name);
    const report = await world.probe(contract, { waitExpiry: 120_000 });

    expect(report.stopped).toBeNull();
    expect(problemsOf(report)).toEqual(expected[name].problems);
    expect(findingsOf(report)).toMatchObject({
      ...expected[name].findings,
      'access.valid': 'right: 200',
      'clock.date': 'right: agrees with this machine',
      'refresh.afterExpiry': 'right: possible',
    });
  });

  test('sees no more sign-ins than were announced, and one with a wrong password', async () => {
    await using world = await createWorld(name);
    await world.probe(contract);

    const { requests } = world.server;
    const signIns = requests.filter(({ kind }) => kind === 'login');
    expect(signIns.filter(({ status }) => status >= 400)).toHaveLength(1);
    expect(signIns.length - 1).toBeLessThanOrEqual(countSignIns({ contract, waitExpiry: 0 }));
  });
});

test.each(['rotating', 'cookie', 'refreshCookie'] as const)(
  'a report about %s contains no token and no password',
  async (name) => {
    await using world = await createWorld(name);
    const { contract } = contracts.find((one) => one.name === name) ?? { contract: {} };
    const secrets: string[] = [];
    const keep: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const text = await response.clone().text();
      secrets.push(...(text.match(/[\w.-]{40,}/g) ?? []));
      for (const cookie of response.headers.getSetCookie())
        secrets.push(...(/=([^;]{8,})/.exec(cookie)?.slice(1) ?? []));
      return response;
    };
    const { now, advance } = world.clock;
    const report = await world.probe(contract, {
      network: { fetch: keep, now, wait: advance, origin: null },
    });

    expect(secrets.length).toBeGreaterThan(2);
    const text = JSON.stringify(report);
    expect([ada.password, ...secrets].filter((secret) => text.includes(secret))).toEqual([]);
  },
);

test('the report ends early, and names the request, if the API cuts the connection', async () => {
  await using world = await createWorld();
  const { contract } = contracts.find((one) => one.name === 'rotating') ?? { contract: {} };
  world.server.intercept('api', () => {
    throw new Error('The connection is cut');
  });
  const report = await world.probe(contract);

  expect(report.stopped).toMatch(/^GET http:.+\/api\/me got no response \(UND_ERR_SOCKET\)\.$/);
  expect(report.findings.map(({ id }) => id)).toContain('sign-in.grant');
});
