export { createTestServer } from './server.ts';
export { createTestSession } from './testSession.ts';
export { createManualClock } from './manualClock.ts';
export { createSignals } from './signalsControl.ts';
export { memoryAccounts } from './memoryAccounts.ts';
export { testUsers } from './accounts.ts';

export type { TestServer, TestServerOptions } from './server.ts';
export type { ServedRequest, RequestCounts } from './log.ts';
export type { RequestKind, InterceptHandler, InterceptOptions } from './intercepts.ts';
export type { DialectName, Endpoints, Refusal } from './dialects/dialect.ts';
export type { TestSession } from './testSession.ts';
export type {
  CodeCredentials,
  OwnContractOptions,
  PasswordCredentials,
  TestCredentials,
  TestSessionOptions,
} from './testSessionOptions.ts';
export type { SessionState } from './sessionState.ts';
export type { ManualClock, ManualClockOptions } from './manualClock.ts';
export type { SignalsControl } from './signalsControl.ts';
export type { MemoryAccountsOptions } from './memoryAccounts.ts';
export type {
  Accounts,
  Account,
  TestUser,
  TokenLifetimes,
  RedeemedRefreshToken,
  RefreshTokenRefusal,
} from './accounts.ts';
