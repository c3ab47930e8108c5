import type { Finding, Problem, Topic } from '../report/findings.ts';

/** What shows that an option of a contract works. */
interface Proof {
  /** The id of a finding. */
  readonly id: string;
  /** Whether any response is a proof, not only a success: the option says how the server refuses. */
  readonly isByAnswer?: true;
  /** What has not happened without the finding. */
  readonly missing: string;
}

const signIn: Proof = { id: 'sign-in.grant', missing: 'no sign-in has succeeded' };
const refusal: Proof = { id: 'access.missing', missing: 'no path has accepted only a signed-in user' };

const proofs: Readonly<Record<string, Proof>> = {
  login: signIn,
  refresh: { id: 'refresh.works', missing: 'no refresh has succeeded' },
  logout: { id: 'sign-out.works', missing: 'no sign-out has succeeded' },
  grant: signIn,
  cookies: signIn,
  credentials: signIn,
  csrf: signIn,
  encoding: signIn,
  authorize: refusal,
  headers: signIn,
  errorCodes: refusal,
  logoutNeedsFreshToken: {
    id: 'sign-out.freshToken',
    isByAnswer: true,
    missing: 'no sign-out was sent with a refused access token',
  },
  refreshesLiveTokensOnly: {
    id: 'refresh.afterExpiry',
    isByAnswer: true,
    missing: 'no refresh was sent after the expiry: --wait-expiry',
  },
  silentSignIn: {
    id: 'refresh.missing',
    isByAnswer: true,
    missing: 'no refresh was sent without a token',
  },
};

/** The option of a line that is in doubt if a check was skipped. */
const optionsOfTopics: Partial<Record<Topic, string>> = {
  'sign-in': 'login',
  'access token': 'errorCodes',
  refresh: 'refresh',
  'sign-out': 'logout',
};

/** The option that `where` of a problem names, or `null`. */
export function optionOf(where: string): string | null {
  const [name = ''] = where.split('.');
  return Object.hasOwn(proofs, name) ? name : null;
}

/** Comments for the lines of a contract, by option: what is wrong, and what was not tested. */
export type Remarks = Readonly<Record<string, readonly string[]>>;

/**
 * @param lines - the options that the contract has
 * @param doubts - what else was not tested, by option
 */
export function remarksOf(
  lines: readonly string[],
  { findings, problems }: { readonly findings: readonly Finding[]; readonly problems: readonly Problem[] },
  doubts: Remarks,
): Remarks {
  const names = Object.keys(proofs);
  return Object.fromEntries(
    names.map((name) => {
      const errors = problems.filter(
        ({ level, isApplied, where }) => level === 'error' && isApplied !== true && optionOf(where) === name,
      );
      if (errors.length > 0) return [name, errors.map(({ message }) => `TODO: ${message}`)];
      const skipped = findings
        .filter(({ mark, topic }) => mark === 'skipped' && optionsOfTopics[topic] === name)
        .map(({ label, result }) => `${label}: ${result}`);
      const proof = proofs[name];
      const missing =
        proof === undefined || !lines.includes(name) || isProven(findings, proof) ? [] : [proof.missing];
      return [
        name,
        [...skipped, ...missing, ...(doubts[name] ?? [])].map((reason) => `not tested: ${reason}`),
      ];
    }),
  );
}

function isProven(findings: readonly Finding[], { id, isByAnswer }: Proof): boolean {
  const mark = findings.find((finding) => finding.id === id)?.mark;
  return isByAnswer === true ? mark !== undefined : mark === 'right' || mark === 'fact';
}
