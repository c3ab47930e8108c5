import type { ServerContract, SessionCall, Verdict } from '../../server/contract.ts';
import { isCode, refreshMeanings, VerdictError } from '../../server/verdict.ts';

/**
 * The contract with errors that this copy of the package knows. The contract may have been made by another copy: that of a
 * project, or the CommonJS one.
 */
export function withOwnErrors(contract: ServerContract): ServerContract {
  const login = contract.login?.bind(contract);
  const refresh = contract.refresh?.bind(contract);
  const logout = contract.logout?.bind(contract);
  return {
    ...contract,
    ...(login !== undefined && { login: wrapped(login) }),
    ...(refresh !== undefined && { refresh: wrapped(refresh) }),
    ...(logout !== undefined && { logout: wrapped((call: SessionCall<unknown>) => logout(call)) }),
  };
}

function wrapped<Call, Result>(
  run: (call: Call) => Result | Promise<Result>,
): (call: Call) => Promise<Result> {
  return async (call) => {
    try {
      return await run(call);
    } catch (error) {
      throw ownError(error);
    }
  };
}

function ownError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'VerdictError' || error instanceof VerdictError)
    return error;
  const verdict: unknown = Reflect.get(error, 'verdict');
  const code: unknown = Reflect.get(error, 'serverCode');
  return isVerdict(verdict) ? new VerdictError(verdict, isCode(code) ? code : null) : error;
}

const isVerdict = (value: unknown): value is Verdict =>
  typeof value === 'string' && Object.hasOwn(refreshMeanings, value);
