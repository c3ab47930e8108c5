export { createSession } from './createSession.ts';
export { restContract } from './server/restContract.ts';
export { cookieContract } from './server/cookieContract.ts';
export { cookieRequests } from './server/cookies.ts';
export { formEncoding } from './server/formEncoding.ts';
export { loginChallenge } from './server/loginChallenge.ts';
export { twoStepLogin } from './server/twoStepLogin.ts';
export { jwtExpiresAt } from './server/jwtExpiresAt.ts';
export { withUser } from './server/withUser.ts';
export { asyncStorageStore } from './store/asyncStorageStore.ts';
export { encryptedStore } from './store/encryptedStore.ts';
export { indexedDbStore } from './store/indexedDbStore.ts';
export { memoryStore } from './store/memoryStore.ts';
export { rememberMe } from './store/rememberMe.ts';
export { simpleStore } from './store/simpleStore.ts';
export { tokensInMemory } from './store/tokensInMemory.ts';
export { webStorageStore } from './store/webStorageStore.ts';
export { browserSignals } from './platform/browserSignals.ts';
export { reactNativeSignals } from './platform/reactNativeSignals.ts';
export { VerdictError } from './server/verdict.ts';
export * from './errors/errors.ts';
export * from './errors/loginErrors.ts';
export * from './errors/guards.ts';
export { sessionErrorOf } from './errors/sessionErrorOf.ts';

export type { Session, UserChange } from './session/session.ts';
export type { SessionView } from './session/view.ts';
export type { Subscription, ViewListener } from './session/views.ts';
export type { HistoryEntry } from './session/history.ts';
export type { SessionActor } from './session/sessionActor.ts';
export type { Auth } from './requests/pendingRequest.ts';
export type { SessionFetch } from './requests/sessionFetch.ts';
export type { HoldOptions, LoginOptions, RefreshOptions, RefusedBy, SessionOptions } from './options.ts';
export type {
  ContractCall,
  ContractEndpoints,
  CallOrder,
  CookieOptions,
  CookieRequests,
  CsrfCookie,
  CsrfValue,
  ErrorCodeReader,
  Grant,
  HeaderValues,
  LoginCall,
  Secrets,
  ServerAnswer,
  ServerContract,
  SessionCall,
  Verdict,
} from './server/contract.ts';
export type { Endpoint, GrantEndpoint, LoginEndpoint } from './server/endpoints.ts';
export type { BodyReader, GrantFields } from './server/grantFields.ts';
export type { JwtClaims } from './server/jwtClaims.ts';
export type { BodyEncoding, ClientCredentials } from './server/formEncoding.ts';
export type { TokenResponse } from './server/tokenResponse.ts';
export type { UserEndpoint } from './server/withUser.ts';
export type { LoginChallenge } from './server/loginChallenge.ts';
export type { TwoStepLogin, TwoStepLoginOptions } from './server/twoStepLogin.ts';
export type { RestContractOptions } from './server/restContract.ts';
export type { CookieContractOptions } from './server/cookieContract.ts';
export type {
  AsyncStorageLike,
  AsyncStorageStoreOptions,
  SecureStoreLike,
} from './store/asyncStorageStore.ts';
export type { EncryptedStoreOptions } from './store/encryptedStore.ts';
export type { EncryptionKey } from './store/sealer.ts';
export type { IndexedDbStoreOptions } from './store/indexedDbStore.ts';
export type { WebStorage } from './store/webStorageStore.ts';
export type {
  Attempt,
  EndedSession,
  FailedRefresh,
  Holder,
  StoredRecord,
  StoredSession,
} from './store/recordTypes.ts';
export type { Decide, Lease, LockOptions, SessionStore } from './store/sessionStore.ts';
export type { SimpleStoreOptions } from './store/simpleStore.ts';
export type { Clock } from './platform/clock.ts';
export type { Awaitable } from './platform/thenable.ts';
export type { Environment } from './platform/environment.ts';
export type { Signal, Signals } from './platform/signals.ts';
export type {
  AppStateLike,
  NetInfoLike,
  NetInfoStateLike,
  ReactNativeSignalsOptions,
} from './platform/reactNativeSignals.ts';
export type {
  Failure,
  Reason,
  SessionEmitted,
  SessionEvent,
  SessionStatus,
  StepUp,
} from '../machines/index.ts';
