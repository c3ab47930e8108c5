export { observeRequests } from './observeRequests.ts';
export { observeTabs } from './tabPresence.ts';
export { observeProtocol } from './protocol/observeProtocol.ts';
export { observerSlot } from '../server/requestObserver.ts';

export type {
  ObservableSession,
  RequestCall,
  RequestEvents,
  RequestInterceptor,
  RequestStep,
} from './observeRequests.ts';
export type { ObserveTabsOptions, OpenTabChannel, TabObserver } from './tabPresence.ts';
export type { Tab } from './tabMessage.ts';
export type { ObserverSlot, RequestPurpose } from '../server/requestObserver.ts';
export type {
  ObservableProtocol,
  ObserveProtocolOptions,
  ProtocolEvents,
} from './protocol/observeProtocol.ts';
export type { ProtocolField, ProtocolStep, ProtocolStepName } from './protocol/steps.ts';
