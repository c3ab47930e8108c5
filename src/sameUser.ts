import type { ServerContract } from './contract.ts';
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
