import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverVerdicts, type SessionEmitted } from '../../machines/index.ts';
import {
  sessionErrorCodes,
  type Environment,
  type HoldOptions,
  type LoginOptions,
  type RefreshOptions,
  type RestContractOptions,
  type ServerContract,
  type Session,
  type SessionOptions,
  type SessionView,
} from '../../src/index.ts';
import { readOptions } from '../../src/session/settings.ts';
import { root } from './snippets.ts';

/** The rows of all tables of a document. */
const rowsOf = (document: string): readonly (readonly string[])[] =>
  readFileSync(join(root, document), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

/** The code in the first cells of the tables of a document. */
const namesIn = (document: string): readonly string[] =>
  rowsOf(document).flatMap(([, first = '']) =>
    [...first.matchAll(/`(\w[\w.]*)/g)].map(([, name = '']) => name),
  );

const missingIn = (document: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => !namesIn(document).includes(name));

const prefixed = (group: string, names: object): string[] =>
  Object.keys(names).map((name) => `${group}.${name}`);

// A new member must be added to these lists: otherwise this file does not compile.
const refresh = {
  leeway: true,
  timeout: true,
  attempts: true,
  cooldown: true,
  proactive: true,
  maxRetryAfter: true,
  refusedBy: true,
} satisfies Record<keyof RefreshOptions, true>;
const hold = {
  timeout: true,
  limit: true,
  whileExpired: true,
  whileStepUp: true,
  whileOffline: true,
} satisfies Record<keyof HoldOptions, true>;
const login = { timeout: true } satisfies Record<keyof LoginOptions, true>;
const environment = { clock: true, random: true, signals: true } satisfies Record<keyof Environment, true>;
const options = {
  baseUrl: true,
  server: true,
  name: true,
  store: true,
  trustedOrigins: true,
  refresh: true,
  hold: true,
  login: true,
  ky: true,
  inspect: true,
  environment: true,
} satisfies Record<keyof SessionOptions, true>;

describe('docs/options.md', () => {
  it('lists every option', () => {
    const all = [
      ...Object.keys(options).filter((name) => !['refresh', 'hold', 'login'].includes(name)),
      ...prefixed('refresh', refresh),
      ...prefixed('hold', hold),
      ...prefixed('login', login),
    ];
    expect(missingIn('docs/options.md', all)).toEqual([]);
    const [, , , what = ''] = rowsOf('docs/options.md').find(([, first]) => first === '`environment`') ?? [];
    for (const name of Object.keys(environment)) expect(what).toContain(`\`${name}\``);
  });

  it('states the defaults', () => {
    const defaults = readOptions({ baseUrl: 'https://api.example.com', server: {} });
    const shown = (option: string) =>
      rowsOf('docs/options.md')
        .find(([, first]) => first === `\`${option}\``)?.[2]
        ?.replaceAll(/[`'\s]/g, '');
    expect(shown('name')).toBe(defaults.name);
    for (const group of ['refresh', 'hold'] as const) {
      for (const [name, value] of Object.entries(defaults[group])) {
        expect(shown(`${group}.${name}`), `${group}.${name}`).toBe(String(value));
      }
    }
  });
});

describe('docs/errors.md', () => {
  it('lists every error, and no other', () => {
    const listed = rowsOf('docs/errors.md')
      .map(([, , code = '']) => code.replaceAll('`', ''))
      .filter((code) => code.startsWith('ERR_'));
    expect(listed.toSorted()).toEqual([...sessionErrorCodes].toSorted());
  });
});

describe('docs/session.md', () => {
  it('lists every member of a session', () => {
    const members = {
      actor: true,
      api: true,
      hooks: true,
      fetch: true,
      clock: true,
      login: true,
      cancelLogin: true,
      adopt: true,
      refresh: true,
      updateUser: true,
      logout: true,
      accessToken: true,
      cancelStepUp: true,
      getSnapshot: true,
      subscribe: true,
      on: true,
      history: true,
      ready: true,
      dispose: true,
    } satisfies Record<Extract<keyof Session, string>, true>;
    expect(missingIn('docs/session.md', Object.keys(members))).toEqual([]);
  });

  it('lists every property of the view', () => {
    const properties = {
      status: true,
      isSignedIn: true,
      user: true,
      identity: true,
      reason: true,
      error: true,
      expiresAt: true,
      isRestoring: true,
      isSigningIn: true,
      isChallenged: true,
      stepUp: true,
      ending: true,
    } satisfies Record<keyof SessionView, true>;
    expect(missingIn('docs/session.md', Object.keys(properties))).toEqual([]);
  });

  it('lists every event that a session emits', () => {
    const emitted = Object.keys({
      'session.authenticated': true,
      'session.refreshed': true,
      'session.userUpdated': true,
      'session.refreshFailed': true,
      'session.expired': true,
      'session.loggedOut': true,
      'session.ending': true,
      'session.logoutFailed': true,
      'session.stepUpRequired': true,
      'store.failed': true,
      'store.cleared': true,
      'lock.unavailable': true,
      'channel.unavailable': true,
    } satisfies Record<SessionEmitted['type'], true>);
    expect(missingIn('docs/session.md', emitted)).toEqual([]);
  });
});

describe('docs/servers.md', () => {
  const text = readFileSync(join(root, 'docs/servers.md'), 'utf8');
  const contract = {
    login: true,
    loginDetails: true,
    refresh: true,
    logout: true,
    logoutNeedsFreshToken: true,
    authorize: true,
    shouldRepeat: true,
    discardSecrets: true,
    errorCode: true,
    errorCodes: true,
    isSameUser: true,
    cookies: true,
    headers: true,
    issuer: true,
    endpoints: true,
    refreshesLiveTokensOnly: true,
    silentSignIn: true,
  } satisfies Record<keyof ServerContract, true>;

  it('names every field of a contract', () => {
    expect(Object.keys(contract).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('lists every field of `restContract`', () => {
    const fields = {
      ...{ login: true, refresh: true, logout: true, grant: true, encoding: true, errorCode: true },
      ...{ errorCodes: true, headers: true, authorize: true, isSameUser: true, issuer: true },
      ...{ loginDetails: true, cookies: true, logoutNeedsFreshToken: true },
      ...{ refreshesLiveTokensOnly: true, silentSignIn: true },
    } satisfies Record<keyof RestContractOptions<unknown, unknown>, true>;
    const rows = Object.keys(fields).map((name) => (name === 'grant' ? 'grant.accessToken' : name));
    expect(missingIn('docs/servers.md', rows)).toEqual([]);
  });

  it('lists every verdict', () => {
    expect(missingIn('docs/servers.md', [...serverVerdicts, 'none'])).toEqual([]);
  });
});
