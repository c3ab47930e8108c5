import type { ServerContract } from '../../server/contract.ts';
import type { Exchange } from '../client/exchange.ts';
import type { Notebook, Problem } from '../report/findings.ts';
import { csrfMark, dryRun, type SentCall } from './dryRun.ts';
import { endpointText, hasFields, isForm, secretText } from './endpointText.ts';
import { grantOf, type Sample } from './grantText.ts';
import { createMarks, type Marks } from './marks.ts';
import { isGiven, print, printEach, printRemarks, quoted, type Printed } from './print.ts';
import { remarksOf } from './remarks.ts';
import { objectType, userText } from './userText.ts';

/** What is known about a contract. */
export interface ContractFacts {
  readonly contract: ServerContract;
  readonly baseUrl: string;
  readonly credentials: object;
  readonly notes: Pick<Notebook, 'findings' | 'problems' | 'changes'>;
  /** All requests that got a response. */
  readonly exchanges: readonly Exchange[];
  /** The response to a sign-in and to a refresh, or `null`. */
  readonly signIn: Sample | null;
  readonly refresh: Sample | null;
  /** The request for the user after a sign-in, or `null`. */
  readonly userRequest: { readonly body: unknown; readonly path: string } | null;
}

export interface ContractText {
  readonly text: string;
  /** Whether no comment says that something is wrong, missing or not tested. */
  readonly isComplete: boolean;
}

interface SentCalls {
  readonly login: SentCall | null;
  readonly refresh: SentCall | null;
  readonly logout: SentCall | null;
}

/**
 * The contract as options of `restContract` or `cookieContract`, with the changes that the server needs. It is read from the
 * requests that the contract makes, so functions that make none are missing, and named in a comment.
 *
 * @returns `null` if nothing was learned, or if the contract does not use its `http`, or sends a body that is neither JSON nor
 * a form
 */
export async function contractText(facts: ContractFacts): Promise<ContractText | null> {
  const { contract, credentials, signIn } = facts;
  const marks = createMarks(credentials, signIn?.held.user ?? null);
  const sent = await runAll(facts, marks);
  const { notes } = facts;
  // Without a response to a sign-in, half of the options cannot be seen.
  const isBlind = signIn === null && (contract.cookies !== undefined || !notes.problems.some(isApplied));
  if (isBlind || sent.login === null || !Object.values(sent).every(isPrintable)) return null;
  const isTokenless = contract.cookies !== undefined && signIn?.held.accessToken === null;
  const factory = isTokenless ? 'cookieContract' : 'restContract';
  const { user, withUser, isUnknown = false } = signIn === null ? {} : userText(signIn, facts.userRequest);
  const options = {
    ...endpoints(facts, sent, marks, isTokenless),
    grant: { ...grantText(facts), ...(user !== undefined && { user }) },
    ...sharedOptions(facts, sent, isTokenless),
  };
  const types = `<User, ${objectType(credentials)}>`;
  const lines = Object.entries(options).flatMap(([name, value]) => (isGiven(value) ? [name] : []));
  const remarks = remarksOf(lines, notes, unseenStatuses(facts, sent));
  const others = Object.entries(remarks).flatMap(([name, texts]) => (lines.includes(name) ? [] : texts));
  const comments = [...leftOut(facts, isUnknown), ...others];
  const made = `${factory}${types}(${print(options, 0, remarks)})`;
  const whole =
    withUser === undefined ? made : `withUser(\n  ${made.replaceAll('\n', '\n  ')},\n  ${withUser},\n)`;
  const names = [factory, ...importsOf(whole)].toSorted();
  const isComplete = comments.length === 0 && Object.values(remarks).every((texts) => texts.length === 0);
  const text = [
    `import { ${names.join(', ')} } from 'sessionchart';\n`,
    `type User = ${signIn === null ? 'unknown' : objectType(signIn.held.user)};\n`,
    `${printRemarks(comments)}export const server = ${whole};`,
  ].join('\n');
  return { text, isComplete };
}

const isApplied = (problem: Problem): boolean => problem.isApplied === true;

const isPrintable = (sent: SentCall | null): boolean => sent === null || hasFields(sent);

async function runAll({ contract, baseUrl, signIn }: ContractFacts, marks: Marks): Promise<SentCalls> {
  const held = signIn?.held ?? null;
  const cookies = (held?.cookies ?? []).filter(({ isHttpOnly }) => !isHttpOnly);
  const tokens = {
    accessToken: held !== null && held.accessToken === null ? null : marks.accessToken,
    refreshToken: held !== null && held.refreshToken === null ? null : marks.refreshToken,
    refreshTokenName: held?.refreshTokenName,
    user: marks.user,
    secrets: held?.secrets === undefined ? undefined : {},
  };
  const site = { baseUrl, cookies };
  return {
    login: await dryRun(contract, 'login', { credentials: marks.credentials, challenge: null }, site),
    refresh: await dryRun(contract, 'refresh', tokens, site),
    logout: await dryRun(contract, 'logout', tokens, site),
  };
}

function endpoints(
  { notes: { changes }, signIn, refresh }: ContractFacts,
  sent: SentCalls,
  marks: Marks,
  isTokenless: boolean,
): Record<string, Printed | undefined> {
  const usual = { body: isTokenless ? undefined : usualBody(signIn, marks) };
  const base = signIn === null ? {} : grantOf(signIn);
  const own = refresh === null ? {} : grantOf(refresh);
  const differing = Object.fromEntries(Object.entries(own).filter(([name, path]) => base[name] !== path));
  const changed = { ...changes.refresh, grant: { ...differing, ...changes.refresh.grant } };
  return {
    login:
      sent.login === null
        ? undefined
        : endpointText(sent.login, { body: marks.credentials }, marks, changes.login),
    refresh: sent.refresh === null ? undefined : endpointText(sent.refresh, usual, marks, changed),
    logout: sent.logout === null ? undefined : endpointText(sent.logout, usual, marks),
  };
}

/** The default body of a refresh and a logout: the refresh token under the name with which it came. */
function usualBody(signIn: Sample | null, marks: Marks): object {
  if (signIn === null) return { refreshToken: marks.refreshToken };
  const { refreshToken, refreshTokenName = 'refreshToken' } = signIn.held;
  if (refreshToken === null) return {};
  const path = grantOf(signIn)['refreshToken'];
  return { [path?.split('.').at(-1) ?? refreshTokenName]: marks.refreshToken };
}

function grantText({ signIn, notes: { changes } }: ContractFacts): Record<string, string> {
  return printEach({ ...(signIn !== null && grantOf(signIn)), ...changes.grant });
}

function sharedOptions(
  { contract, notes: { changes } }: ContractFacts,
  sent: SentCalls,
  isTokenless: boolean,
): Record<string, Printed | undefined> {
  const { errorCodes = {}, errorCode, issuer, silentSignIn } = contract;
  const { logoutNeedsFreshToken = contract.logoutNeedsFreshToken } = changes;
  const { refreshesLiveTokensOnly = contract.refreshesLiveTokensOnly } = changes;
  const paths = [
    ...(typeof errorCode === 'function' || errorCode === undefined ? [] : [errorCode].flat()),
    ...changes.errorCode,
  ];
  const flag = (value: boolean | undefined) => (value === true ? 'true' : undefined);
  return {
    ...cookieOptions(contract, sent, isTokenless),
    encoding: encodingText(sent),
    authorize: contract.authorize === undefined ? undefined : authorizeText(contract),
    headers: headersText(contract),
    errorCode: paths.length > 1 ? `[${paths.map(quoted).join(', ')}]` : paths[0] && quoted(paths[0]),
    errorCodes: printEach({ ...errorCodes, ...changes.errorCodes }),
    issuer: issuer === undefined ? undefined : quoted(issuer),
    logoutNeedsFreshToken: flag(logoutNeedsFreshToken),
    refreshesLiveTokensOnly: flag(refreshesLiveTokensOnly),
    silentSignIn: flag(silentSignIn),
  };
}

function cookieOptions(
  { cookies }: ServerContract,
  sent: SentCalls,
  isTokenless: boolean,
): Record<string, Printed | undefined> {
  if (cookies === undefined) return {};
  const made = sent.refresh ?? sent.login;
  const isIncluded = made?.credentials === 'include';
  const [header, value] = [...(made?.headers ?? [])].find(([, text]) => text.startsWith(csrfMark)) ?? [];
  const options = {
    credentials: isIncluded ? quoted('include') : undefined,
    csrf:
      header === undefined || value === undefined
        ? undefined
        : { header: quoted(header), cookie: quoted(value.slice(csrfMark.length)) },
  };
  if (isTokenless) return options;
  const given = print(options, 2);
  return { cookies: `cookieRequests(${given === '{  }' ? '' : given})` };
}

/** Forms, with the client's credentials, but without its secret. */
function encodingText({ login }: SentCalls): string | undefined {
  if (login === null || !isForm(login.headers)) return undefined;
  const fields = new URLSearchParams(login.body);
  const basic = /^Basic (.+)$/.exec(login.headers.get('authorization') ?? '')?.[1];
  const id =
    basic === undefined ? fields.get('client_id') : decodeURIComponent(atob(basic).split(':')[0] ?? '');
  if (id === null) return 'formEncoding()';
  const hasSecret = basic !== undefined || fields.has('client_secret');
  const client = {
    id: quoted(id),
    secret: hasSecret ? secretText('client_secret') : undefined,
    sentIn: hasSecret && basic === undefined ? quoted('body') : undefined,
  };
  return `formEncoding(${print({ client }, 2)})`;
}

/** Where `authorize` puts the token. */
function authorizeText(contract: ServerContract): string | undefined {
  const request = new Request('https://api.example');
  try {
    void contract.authorize?.(request, 'sc-access-token');
  } catch {
    return undefined;
  }
  const [header, value] = [...request.headers].find(([, text]) => text.includes('sc-access-token')) ?? [];
  if (header === undefined || value === undefined) return undefined;
  const token =
    value === 'sc-access-token' ? 'accessToken' : `\`${value.replace('sc-access-token', '${accessToken}')}\``;
  return `(request, accessToken) => request.headers.set(${quoted(header)}, ${token})`;
}

function headersText({ headers }: ServerContract): Printed | undefined {
  if (headers === undefined || typeof headers === 'function') return undefined;
  const isSecret = (name: string) => /key|secret|token|authorization|cookie/i.test(name);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? secretText(name) : quoted(value)]),
  );
}

const importsOf = (text: string): string[] =>
  ['cookieRequests', 'formEncoding', 'withUser'].filter((name) => text.includes(`${name}(`));

/** The statuses that an endpoint tells apart, and that none of its responses had. */
function unseenStatuses({ baseUrl, exchanges }: ContractFacts, sent: SentCalls): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, call]: [string, SentCall | null]) => {
      const url = new URL(call?.path ?? '', baseUrl).href;
      const seen = exchanges.filter((exchange) => exchange.url === url).map(({ status }) => String(status));
      const unseen = Object.keys(call?.errorCodes ?? {}).filter((status) => !seen.includes(status));
      return [name, unseen.length === 0 ? [] : [`no response had ${unseen.join(', ')}`]];
    }),
  );
}

/** Comments for what no request shows. */
function leftOut({ contract, signIn, refresh }: ContractFacts, isUserUnknown: boolean): string[] {
  const names = ['isSameUser', 'loginDetails', 'shouldRepeat', 'discardSecrets'] as const;
  const kept: string[] = names.filter((name) => contract[name] !== undefined);
  if (typeof contract.errorCode === 'function') kept.push('errorCode');
  if (typeof contract.headers === 'function') kept.push('headers');
  if (isUserUnknown) kept.push('grant.user');
  if (contract.endpoints?.secondStep !== undefined) kept.push('twoStepLogin');
  const unseen = [
    ...(signIn === null ? ['the rest of `grant`'] : []),
    ...(refresh === null && contract.refresh !== undefined ? ['`refresh.grant`'] : []),
  ];
  return [
    ...(kept.length === 0 ? [] : [`Keep your own: ${kept.join(', ')}. The probe cannot see them.`]),
    ...(unseen.length === 0 ? [] : [`Keep your own, if there is one: ${unseen.join(', ')}.`]),
  ];
}
