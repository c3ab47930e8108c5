import { boundCopy } from '../platform/boundCopy.ts';
import type { ServerContract } from '../server/contract.ts';
import { contractNames } from '../server/contractNames.ts';
import { checkAccessToken } from './checks/accessToken.ts';
import { checkUnseenCodes } from './checks/unseenCodes.ts';
import { checkClock } from './checks/clock.ts';
import { awaitExpiry } from './checks/expiry.ts';
import { signInAgain, type Probe } from './checks/probeParts.ts';
import { checkRefresh, checkUnknownToken } from './checks/refreshing.ts';
import { checkConcurrency, checkReuse } from './checks/reuse.ts';
import { checkCookies } from './checks/cookies.ts';
import { checkCors } from './checks/cors.ts';
import { checkSignIn, checkWrongPassword, type SignIn } from './checks/signIn.ts';
import { checkSignOut, checkStaleSignOut, skipSignOut } from './checks/signOut.ts';
import { createClient } from './client/client.ts';
import type { Network } from './client/exchange.ts';
import type { Held } from './client/held.ts';
import { contractText, type ContractText } from './contract/contractText.ts';
import { createNotebook, type Finding, type Problem } from './report/findings.ts';
import { ProbeStoppedError } from './stopped.ts';

export interface ProbeOptions {
  readonly contract: ServerContract;
  readonly baseUrl: string;
  /** What `login` of the contract gets. */
  readonly credentials: object;
  /** A path that only a signed-in user may read, or `null`. */
  readonly resource: string | null;
  /** A path for which the user lacks a permission, or `null`. */
  readonly forbidden: string | null;
  /** The longest wait for a grace period or a `Retry-After`, in milliseconds. */
  readonly maxWait: number;
  /** The longest lifetime of an access token that is awaited, in milliseconds, or 0. */
  readonly waitExpiry: number;
  /** Whether to sign in once with a wrong password. */
  readonly wrongPassword: boolean;
  readonly network: Network;
  readonly announce: (step: string) => void;
}

export interface ProbeReport {
  readonly baseUrl: string;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Why the probe ended early, or `null`. */
  readonly stopped: string | null;
  /**
   * The contract with the changes that the server needs, as TypeScript, with a comment at each line that is wrong or was not
   * tested. `null` if it cannot be described.
   */
  readonly contract: string | null;
  /** Whether everything in `contract` was tested, and no error remains. */
  readonly contractFits: boolean;
}

/** Signs in to a server and finds out how it behaves, and what of the contract does not fit. */
export async function probe(options: ProbeOptions): Promise<ProbeReport> {
  const parts = prepare({ ...options, contract: boundCopy(options.contract, contractNames) });
  const { findings, problems } = parts.notes;
  let stopped: string | null = null;
  try {
    await runChecks(parts, options);
  } catch (error) {
    if (!(error instanceof ProbeStoppedError)) throw error;
    // The address of a request may contain a token.
    stopped = [...parts.notes.secrets].reduce((text, secret) => text.replaceAll(secret, '…'), error.message);
  } finally {
    await signOutAll(parts);
  }
  const described = await describeContract(parts);
  const isOpen = problems.some(({ level, isApplied }) => level === 'error' && isApplied !== true);
  return {
    ...{ baseUrl: options.baseUrl, findings, problems, stopped },
    contract: described?.text ?? null,
    contractFits: described?.isComplete === true && stopped === null && !isOpen,
  };
}

async function describeContract({
  contract,
  baseUrl,
  credentials,
  notes,
  samples,
  client,
}: Probe): Promise<ContractText | null> {
  const { userRequest, signIn, refresh } = samples;
  const base = new URL('.', baseUrl).href;
  const path = userRequest?.url.replace(base, '') ?? '';
  return contractText({
    ...{ contract, baseUrl, credentials, notes },
    ...{ signIn, refresh, exchanges: client.exchanges() },
    userRequest: userRequest === null ? null : { body: userRequest.body, path },
  });
}

/** The most sign-ins of a run, without the one with a wrong password. */
export function countSignIns({
  contract,
  waitExpiry,
}: Pick<ProbeOptions, 'contract' | 'waitExpiry'>): number {
  const canRefresh = contract.refresh !== undefined;
  const canSignOut = contract.logout !== undefined;
  return 1 + [canRefresh, canRefresh || canSignOut, canSignOut, waitExpiry > 0].filter(Boolean).length;
}

function prepare(options: ProbeOptions): Probe {
  const { contract, baseUrl, credentials, resource, forbidden, network, maxWait, waitExpiry } = options;
  const resolve = (path: string | undefined | null) => (path == null ? null : new URL(path, baseUrl).href);
  const notes = createNotebook();
  for (const secret of Object.values<unknown>({ ...credentials }))
    if (typeof secret === 'string' && secret.length >= 6) notes.secrets.add(secret);
  return {
    ...{ contract, baseUrl, credentials, network, notes },
    client: createClient({ ...network, contract, baseUrl, maxWait }),
    paths: { resource, forbidden },
    bounds: { maxWait, waitExpiry },
    addresses: { refresh: resolve(contract.endpoints?.refresh), resource: resolve(resource) },
    open: new Set(),
    samples: {
      ...{ signIn: null, refresh: null, refreshRequest: null },
      ...{ userRequest: null, api: null, refused: null },
    },
    announce: options.announce,
  };
}

async function runChecks(parts: Probe, options: ProbeOptions): Promise<void> {
  const signedIn = await checkSignIn(parts);
  if (signedIn === null) return;
  await checkSession(parts, signedIn, options);
  checkUnseenCodes(parts);
  checkCookies(parts, signedIn);
  const { refreshRequest, api, refused } = parts.samples;
  await checkCors(parts, {
    login: signedIn.exchange,
    refresh: refreshRequest,
    API: api,
    'API refusal': refused,
  });
}

async function checkSession(
  parts: Probe,
  signedIn: SignIn,
  { wrongPassword }: Pick<ProbeOptions, 'wrongPassword'>,
): Promise<void> {
  await checkWrongPassword(parts, wrongPassword);
  checkClock(parts, signedIn.exchange, signedIn.held);
  const refreshed = await checkRefresh(parts, signedIn.held);
  if (refreshed === null && parts.contract.refresh !== undefined) {
    await checkAccessToken(parts, signedIn.held, null);
    skipSignOut(parts);
    return;
  }
  const { held, expired } = await awaitExpiry(parts, refreshed?.after ?? signedIn.held);
  await checkAccessToken(parts, held, expired);
  if (refreshed !== null) await checkReuse(parts, refreshed);
  const survivor = refreshed === null ? null : await checkConcurrency(parts);
  await checkEnds(parts, survivor);
}

/** Checks what ends a session. Each check signs in to another session. */
async function checkEnds(parts: Probe, survivor: Held | null): Promise<void> {
  const canSignOut = parts.contract.logout !== undefined;
  if (!canSignOut && parts.contract.refresh === undefined) {
    const [held] = parts.open;
    if (held !== undefined) await checkSignOut(parts, held);
    return;
  }
  const ending = await signInAgain(parts, 'what a sign-out revokes');
  await checkSignOut(parts, ending);
  await checkUnknownToken(parts, ending);
  if (!canSignOut || ending.accessToken === null) return;
  await checkStaleSignOut(parts, survivor ?? (await signInAgain(parts, 'what a sign-out needs')));
}

/** Leaves no session behind. */
async function signOutAll({ client, open, contract }: Probe): Promise<void> {
  if (contract.logout === undefined) return;
  for (const held of open) await client.signOut(held).catch(() => null);
}
