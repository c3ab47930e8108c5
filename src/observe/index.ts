export { observeRequests } from './observeRequests.ts';

export type {
  ObservableSession,
  RequestCall,
  RequestEvents,
  RequestInterceptor,
  RequestStep,
} from './observeRequests.ts';
export type { RequestPurpose } from '../server/requestObserver.ts';
