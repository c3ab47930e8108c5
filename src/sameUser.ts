import type { ServerContract } from './contract.ts';
import { report } from './report.ts';
import { isSameJson } from './sameJson.ts';

/** Whether the user of now is the one from before. Of somebody whom the server did not name, nobody knows. */
export function isSameUser<User, Login>(
  server: Pick<ServerContract<User, Login>, 'isSameUser'>,
  before: User | null,
  now: User | null,
): boolean {
  if (before === null || now === null) return false;
  return server.isSameUser?.(before, now) ?? isSameJson(before, now);
}

/**
 * Whether the contract itself tells these two apart. Where it does not, other JSON may be one user's new name. A
 * contract that throws ends nothing.
 */
export function isAnotherUser<User, Login>(
  server: Pick<ServerContract<User, Login>, 'isSameUser'>,
  before: User | null,
  now: User | null | undefined,
): boolean {
  if (server.isSameUser === undefined || before === null || now === null || now === undefined) return false;
  try {
    return !server.isSameUser(before, now);
  } catch (error) {
    report(error);
    return false;
  }
}
