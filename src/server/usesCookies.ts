import type { ServerContract } from './contract.ts';

/** Whether the browser sends tokens that no script can read. A late response then replaces those of the next session. */
export function usesCookies({
  cookies,
  silentSignIn,
}: Pick<ServerContract, 'cookies' | 'silentSignIn'>): boolean {
  return cookies !== undefined || silentSignIn === true;
}
