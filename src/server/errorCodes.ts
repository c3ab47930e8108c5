import { isHTTPError } from 'ky';
import { check, object, oneOf, type Kind } from '../errors/checks.ts';
import type { ServerContract, Verdict } from './contract.ts';
import { findVerdict, refreshMeanings, VerdictError } from './verdict.ts';

/** Verdicts by the server's codes. A status may stand for a code. */
export type ErrorCodes = Readonly<Record<string | number, Verdict>>;

const verdict: Kind<string> = /* @__PURE__ */ oneOf(/* @__PURE__ */ Object.keys(refreshMeanings));

/** @throws {InvalidOptionError} a code has no valid verdict */
export function expectErrorCodes(option: string, codes: object | undefined): void {
  for (const [code, meaning] of Object.entries(check(option, codes ?? {}, object)))
    check(`${option}['${code}']`, meaning, verdict);
}

/** The error of a call to an endpoint, with the verdict that the endpoint's own codes give to the response. */
export function judgeByCodes(
  error: unknown,
  contract: Pick<ServerContract, 'errorCode'> & { readonly errorCodes: ErrorCodes },
): unknown {
  if (!isHTTPError(error)) return error;
  const { status, headers } = error.response;
  const found = findVerdict(contract, { status, headers, body: error.data }, {});
  return found.verdict === 'none' ? error : new VerdictError(found.verdict, found.code);
}
