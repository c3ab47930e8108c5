import type { ServerContract } from './contract.ts';

/** The members that a contract may have. */
export const contractNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: true,
  endpoints: true,
  login: true,
  loginDetails: true,
  refresh: true,
  refreshesLiveTokensOnly: true,
  silentSignIn: true,
  logout: true,
  logoutNeedsFreshToken: true,
  authorize: true,
  shouldRepeat: true,
  discardSecrets: true,
  headers: true,
  cookies: true,
  errorCode: true,
  errorCodes: true,
  isSameUser: true,
} satisfies Record<keyof ServerContract, true>);
