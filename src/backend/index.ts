export { webCookies } from './cookies.ts';
export { serverSessions } from './serverSessions.ts';
export { sessionHandler } from './sessionHandler.ts';

export type { CookieAccess, CookieAttributes, WebCookies } from './cookies.ts';
export type { RequestSession } from './requestSession.ts';
export type { ServerSessions, ServerSessionsOptions, SignInProvider } from './serverSessions.ts';
export type { SessionCookieOptions } from './sessionCookie.ts';
export type { SessionHandler, SessionHandlerOptions } from './sessionHandler.ts';
