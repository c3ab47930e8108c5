import { isSessionExpiredError, restContract } from 'sessionchart';
import { serverSessions, sessionHandler, webCookies, type RequestSession } from 'sessionchart/server';
import { createContext, type MiddlewareFunction } from 'react-router';

export interface User {
  username: string;
}

const sessions = serverSessions<User, { username: string; password: string }>({
  baseUrl: process.env.API_URL ?? 'http://localhost:4000/api/',
  server: restContract({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  secret: process.env.SESSION_SECRET ?? '',
});

export const handle = sessionHandler(sessions);

/** The session of the request, for its loaders and its action. */
export const sessionContext = createContext<RequestSession<User>>();

/** Opens one session for a request, and sets its cookie after all loaders have finished. */
export const openSession: MiddlewareFunction<Response> = async ({ request, context }, next) => {
  const cookies = webCookies(request);
  using session = await sessions.open(cookies);
  context.set(sessionContext, session);
  return cookies.applyTo(await next());
};

/** Calls the API as the user, or returns `null` if no user is signed in. */
export async function call<Data>(
  session: RequestSession<User>,
  request: (api: RequestSession['api']) => Promise<Data>,
): Promise<Data | null> {
  if (!session.getSnapshot().isSignedIn) return null;
  try {
    return await request(session.api);
  } catch (error) {
    // The API has ended the session, for example because the user has signed out everywhere.
    if (isSessionExpiredError(error)) return null;
    throw error;
  }
}
