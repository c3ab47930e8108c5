export { createSession } from './createSession.ts';
export { restContract } from './contracts/restContract.ts';
export { memoryStore } from './stores/memoryStore.ts';
export { webStorageStore } from './stores/webStorageStore.ts';
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
export type { HoldOptions, RefreshOptions, SessionOptions } from './options.ts';
export type { ContractCall, Grant, ServerAnswer, ServerContract, SessionCall, Verdict } from './contract.ts';
export type { Endpoint, GrantFields, RestContractOptions } from './contracts/restContract.ts';
export type { WebStorage } from './stores/webStorageStore.ts';
export type { EndedSession, StoredRecord, StoredSession, TokenStore } from './stores/tokenStore.ts';
export type {
  Channel,
  Clock,
  Environment,
  Lock,
  OnlineSignal,
  OpenChannel,
  PeerMessage,
} from './environment.ts';
export type { Failure, Reason, SessionEmitted, SessionEvent, SessionStatus } from '../machines/index.ts';
