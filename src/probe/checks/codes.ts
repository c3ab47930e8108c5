import type { Verdict } from '../../server/contract.ts';
import { statusWords } from '../../server/answer.ts';
import { codesIn, isCode } from '../../server/verdict.ts';
import type { Outcome } from '../client/client.ts';
import type { ContractChanges, FoundAnswer } from '../report/findings.ts';
import type { Probe } from './probeParts.ts';

/** The most characters of a text that counts as a code. Longer ones are prose, which changes. */
const longestCode = 60;

/** A code in a response, and the path of its field if a session finds it only with `errorCode`. */
interface FoundCode {
  readonly code: string;
  readonly path: string | null;
}

/** The response of a call, with the first code that the server sent. */
export function answerOf(probe: Probe, outcome: Outcome): FoundAnswer {
  const [first] = codesOf(probe, outcome);
  return { status: outcome.status, code: first?.code ?? null, verdict: outcome.verdict };
}

/** `401 "invalid JWT" → accessTokenExpired` */
export function showAnswer({ status, code, verdict }: FoundAnswer): string {
  const shown = code === null ? '' : ` "${code}"`;
  return `${status ?? 'no response'}${shown} → ${verdict}`;
}

/** The codes in the last response, in the order in which a session reads them. */
function codesOf({ contract, notes }: Probe, { exchanges }: Outcome): FoundCode[] {
  const last = exchanges.at(-1);
  if (last === undefined) return [];
  const { status, headers, body } = last;
  const read = [...codesIn(contract, { status, headers, body })].filter(isCode);
  const usual = read.filter((code) => code !== status).map((code) => ({ code: String(code), path: null }));
  const others = [...leavesOf(body)].map(([path, code]) => ({ code, path }));
  const isSecret = (code: string) => [...notes.secrets].some((secret) => code.includes(secret));
  const isSaying = (code: string) => !['', statusWords[status], String(status)].includes(code.toLowerCase());
  return [...usual, ...others].filter(
    ({ code }) => isSaying(code) && code.length <= longestCode && !isSecret(code),
  );
}

/** The texts in parsed JSON whose names suggest a code, by path. */
function* leavesOf(value: unknown, path = ''): Generator<[path: string, text: string]> {
  if (typeof value === 'string' && codeNames.test(path)) yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries<unknown>({ ...value }))
    yield* leavesOf(member, Array.isArray(value) ? `${path}[${name}]` : `${path}${path && '.'}${name}`);
}

const codeNames = /(?:code|error|message|name|reason|status|title|type)(?:\[\d+\])?$/i;

/** A response that the contract should map, the verdict that it needs, and responses with another meaning. */
interface Mapping {
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  readonly unlike: readonly (Outcome | null)[];
}

/**
 * Adds the code or the status of a response to `errorCodes`: the first one that no response with another meaning has.
 *
 * @returns how to write the entry, or `null` if the server gives nothing to tell the responses apart
 */
export function mapCode(
  probe: Probe,
  { outcome, verdict, unlike }: Mapping,
  errorCodes: ContractChanges['errorCodes'],
): string | null {
  const others = unlike.filter((other) => other !== null);
  const taken = new Set(others.flatMap((other) => codesOf(probe, other).map(({ code }) => code)));
  const found = codesOf(probe, outcome).find(({ code }) => !taken.has(code));
  const isStatusFree = others.every(({ status }) => status !== outcome.status);
  if (found === undefined && (!isStatusFree || outcome.status === null)) return null;
  const code = found?.code ?? String(outcome.status);
  if (typeof found?.path === 'string') probe.notes.changes.errorCode.add(found.path);
  errorCodes[code] = verdict;
  return `${JSON.stringify(code)}: '${verdict}'`;
}
