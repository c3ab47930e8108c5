import type { SessionEvent } from '../../machines/index.ts';
import { current, now } from './circumstances.ts';

const verdict = { ...current, at: now, status: 401, code: 'T-000' };
const grant = { ...current, at: now, issuedAt: now, expiresAt: now + 60_000, dueAt: now + 50_000 };
const failure = { code: 'ERR_LOGIN_FAILED', status: 403, serverCode: null };

const failedElsewhere = {
  at: now,
  failedAt: now - 100,
  retryAt: now + 900,
  isAsked: false,
  failures: 1,
  neededFor: 30_000,
};

/** One event of each type. It is about the current credentials, unless a circumstance changes it. */
export const events = {
  'session.login': { type: 'session.login', loginId: 'login' },
  'session.adopt': { type: 'session.adopt', ...grant, sessionId: 'two', generation: 1 },
  'session.refresh': { type: 'session.refresh', at: now },
  'stepUp.granted': { type: 'stepUp.granted', ...grant, generation: current.generation + 1, signIns: 1 },
  'stepUp.cancelled': { type: 'stepUp.cancelled', at: now },
  'session.logout': { type: 'session.logout', at: now },
  'session.updateUser': { type: 'session.updateUser', ...current, at: now },
  'limit.near': {
    type: 'limit.near',
    sessionId: current.sessionId,
    reason: 'idle',
    endsAt: now + 60_000,
    at: now,
  },
  'limit.extended': { type: 'limit.extended', at: now },
  'limit.reached': { type: 'limit.reached', sessionId: current.sessionId, code: 'idle', at: now },
  'session.cancelLogin': { type: 'session.cancelLogin' },
  'server.accessTokenExpired': { type: 'server.accessTokenExpired', ...verdict },
  'server.accessTokenInvalid': { type: 'server.accessTokenInvalid', ...verdict },
  'server.accessTokenMissing': { type: 'server.accessTokenMissing', ...verdict },
  'server.refreshTokenExpired': { type: 'server.refreshTokenExpired', ...verdict },
  'server.refreshTokenInvalid': { type: 'server.refreshTokenInvalid', ...verdict },
  'server.refreshTokenReused': { type: 'server.refreshTokenReused', ...verdict },
  'server.subjectMismatch': { type: 'server.subjectMismatch', ...verdict },
  'server.sessionRevoked': { type: 'server.sessionRevoked', ...verdict },
  'server.accountDisabled': { type: 'server.accountDisabled', ...verdict },
  'server.invalidCredentials': { type: 'server.invalidCredentials', ...verdict },
  'server.stepUpRequired': { type: 'server.stepUpRequired', ...verdict },
  'server.forbidden': { type: 'server.forbidden', ...verdict, status: 403 },
  'server.rateLimited': { type: 'server.rateLimited', ...verdict, status: 429 },
  'server.unavailable': { type: 'server.unavailable', ...verdict, status: 503 },
  'peer.adopted': { type: 'peer.adopted', ...grant, generation: current.generation + 1 },
  'peer.loggedOut': { type: 'peer.loggedOut', sessionId: current.sessionId, at: now },
  'peer.expired': { type: 'peer.expired', sessionId: current.sessionId, at: now },
  'peer.userUpdated': { type: 'peer.userUpdated', ...current, at: now },
  'peer.refreshFailed': { type: 'peer.refreshFailed', ...verdict, status: 503, ...failedElsewhere },
  'network.online': { type: 'network.online', at: now },
  'network.offline': { type: 'network.offline', at: now },
  'page.shown': { type: 'page.shown', at: now },
  'page.hidden': { type: 'page.hidden', at: now },
  'clock.woke': { type: 'clock.woke', at: now, dueAt: now + 40_000 },
  'accessToken.due': { type: 'accessToken.due', at: now },
  'grant.stored': { type: 'grant.stored', ...grant, generation: current.generation + 1 },
  'login.challenged': { type: 'login.challenged', loginId: 'login' },
  'login.failed': { type: 'login.failed', at: now, loginId: 'login', failure },
  'refresh.failed': { type: 'refresh.failed', at: now, failure },
  'logout.confirmed': { type: 'logout.confirmed', ...current, at: now },
  'logout.refused': { type: 'logout.refused', ...verdict },
  'logout.failed': { type: 'logout.failed', ...verdict, status: 503, retryAfter: null, pause: 400 },
  'lock.acquired': { type: 'lock.acquired', at: now, answerLost: false },
  'store.restored': { type: 'store.restored', ...grant },
  'store.empty': { type: 'store.empty' },
  'store.failed': { type: 'store.failed', at: now, operation: 'write' },
  'store.cleared': { type: 'store.cleared', at: now },
  'lock.unavailable': { type: 'lock.unavailable', at: now },
  'channel.unavailable': { type: 'channel.unavailable', at: now },
} satisfies { [Event in SessionEvent as Event['type']]: Event };

export type EventType = SessionEvent['type'];

export const isEventType = (type: string): type is EventType => Object.hasOwn(events, type);

export const eventTypes: readonly EventType[] = Object.keys(events).filter(isEventType);
