import type { ServerContract } from '../../server/contract.ts';
import type { Client, Outcome } from '../client/client.ts';
import type { Exchange, Network } from '../client/exchange.ts';
import type { Sample } from '../contract/grantText.ts';
import { refreshCredentialOf, refreshValueOf, type Addresses, type Held } from '../client/held.ts';
import { ProbeStoppedError } from '../stopped.ts';
import type { Finding, Notebook, Problem } from '../report/findings.ts';

/** Bounds of what the probe may do, in milliseconds. */
export interface Bounds {
  /** How long to measure a grace period, and the longest `Retry-After` to obey. */
  readonly maxWait: number;
  /** The longest lifetime of an access token whose end is awaited, or 0. */
  readonly waitExpiry: number;
}

/** Responses that granted tokens, with what was read from them. */
export interface Samples {
  signIn: Sample | null;
  refresh: Sample | null;
  /** The first refresh, also if it was refused. */
  refreshRequest: Exchange | null;
  /** A request of the API with a token, and one that it refused. */
  api: Exchange | null;
  refused: Exchange | null;
  /** The request for the user after the sign-in. */
  userRequest: Exchange | null;
}

/** What the checks share. */
export interface Probe {
  readonly contract: ServerContract;
  readonly client: Client;
  readonly network: Network;
  readonly baseUrl: string;
  readonly credentials: object;
  readonly paths: { readonly resource: string | null; readonly forbidden: string | null };
  readonly bounds: Bounds;
  readonly addresses: Addresses;
  readonly notes: Notebook;
  /** Responses that granted tokens. */
  readonly samples: Samples;
  /** Sessions that are signed out at the end. */
  readonly open: Set<Held>;
  /** Tells the user what happens now. */
  readonly announce: (step: string) => void;
}

export function find({ notes }: Probe, finding: Finding): void {
  notes.findings.push(finding);
}

export function report({ notes }: Probe, problem: Problem): void {
  notes.problems.push(problem);
}

/** Remembers the secrets of a session, so that no report contains one. */
export function keepSecret({ notes }: Probe, held: Held): Held {
  const { accessToken, refreshToken, secrets = {}, cookies } = held;
  const values = cookies.map(({ value }) => value);
  for (const secret of [accessToken, refreshToken, ...Object.values(secrets), ...values])
    if (secret !== null && secret.length >= 6) notes.secrets.add(secret);
  return held;
}

/** Signs in again, as it has succeeded before. */
export async function signInAgain(probe: Probe, step: string): Promise<Held> {
  probe.announce(`Signing in to find out ${step}`);
  const { held, status } = await probe.client.signIn(probe.credentials);
  if (held === null)
    throw new ProbeStoppedError(`The server has refused another sign-in with ${status ?? 'no response'}.`);
  probe.open.add(held);
  return keepSecret(probe, held);
}

/** Refreshes a session, whose new tokens replace the old ones. */
export async function refresh(probe: Probe, held: Held): Promise<Outcome> {
  const outcome = await probe.client.refresh(held);
  if (outcome.held !== null) {
    probe.open.delete(held);
    probe.open.add(keepSecret(probe, outcome.held));
  }
  return outcome;
}

export const credentialOf = (probe: Probe, held: Held): ReturnType<typeof refreshCredentialOf> =>
  refreshCredentialOf(held, probe.addresses);

/** Whether a refresh has replaced the refresh token. */
export const isRotated = ({ addresses }: Probe, before: Held, after: Held): boolean =>
  refreshValueOf(before, addresses) !== refreshValueOf(after, addresses);
