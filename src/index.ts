export { createSession } from './createSession.ts';
export { restContract } from './contracts/restContract.ts';
export { cookieContract } from './contracts/cookieContract.ts';
export { jwtExpiresAt } from './contracts/jwtExpiresAt.ts';
export { asyncStorageStore } from './stores/asyncStorageStore.ts';
export { indexedDbStore } from './stores/indexedDbStore.ts';
export { memoryStore } from './stores/memoryStore.ts';
export { webStorageStore } from './stores/webStorageStore.ts';
export { browserSignals } from './signals/browserSignals.ts';
export { reactNativeSignals } from './signals/reactNativeSignals.ts';
export { VerdictError } from './verdict.ts';
export * from './errors.ts';
export * from './errorGuards.ts';

export type { Session } from './session.ts';
export type { SessionView } from './view.ts';
export type { Subscription, ViewListener } from './views.ts';
export type {
  RequestCall,
  RequestInterceptor,
  RequestPurpose,
  Requests,
  RequestStep,
} from './http/requests.ts';
export type { HistoryEntry } from './history.ts';
export type { SessionActor } from './world.ts';
export type { Auth } from './http/admission.ts';
export type { SessionFetch } from './http/sessionFetch.ts';
export type { HoldOptions, LoginOptions, RefreshOptions, RefusedBy, SessionOptions } from './options.ts';
export type {
  ContractCall,
  CookieOptions,
  CsrfCookie,
  CsrfValue,
  Grant,
  ServerAnswer,
  ServerContract,
  SessionCall,
  Verdict,
} from './contract.ts';
export type { Endpoint } from './contracts/endpoint.ts';
export type { GrantFields } from './contracts/grantFields.ts';
export type { RestContractOptions } from './contracts/restContract.ts';
export type { CookieContractOptions } from './contracts/cookieContract.ts';
export type {
  AsyncStorageLike,
  AsyncStorageStoreOptions,
  SecureStoreLike,
} from './stores/asyncStorageStore.ts';
export type { IndexedDbStoreOptions } from './stores/indexedDbStore.ts';
export type { WebStorage } from './stores/webStorageStore.ts';
export type {
  Attempt,
  EndedSession,
  FailedRefresh,
  StoredRecord,
  StoredSession,
  TokenStore,
} from './stores/tokenStore.ts';
export type { Channel, Clock, Environment, Lock, OpenChannel } from './environment.ts';
export type { Absence, News, Peer, PeerMessage, Presence, RollCall } from './peers/peerMessage.ts';
export type { Peers } from './peers/roster.ts';
export type { Signal, Signals } from './signals/signals.ts';
export type {
  AppStateLike,
  NetInfoLike,
  NetInfoStateLike,
  ReactNativeSignalsOptions,
} from './signals/reactNativeSignals.ts';
export type { Failure, Reason, SessionEmitted, SessionEvent, SessionStatus } from '../machines/index.ts';
