import { SessionError } from '../errors/errors.ts';
import { LoginFailedError } from '../errors/loginErrors.ts';
import { redact } from '../errors/redact.ts';

/** Another error than one of this library may quote a secret. */
export function throwReason(error: unknown): never {
  if (error instanceof SessionError) throw error;
  const cause = redact(error, 'complete');
  throw new LoginFailedError({ status: null, serverCode: null, verdict: 'unavailable' }, { cause });
}
