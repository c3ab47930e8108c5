import { createSession, rememberMe, restContract, webStorageStore, type Session } from 'sessionchart';
import { dpop, oauth, type SignIn } from 'sessionchart/oauth';
import { observeProtocol, observeRequests } from 'sessionchart/observe';
import { network } from './network.ts';
import { readWay } from './way.ts';

export interface User {
  readonly username: string;
  readonly email: string;
}

interface ProviderUser extends User {
  /** The subject of the ID token. */
  readonly sub: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const common = {
  store: rememberMe(webStorageStore(() => localStorage)),
  // Clicking "Expire the access token" twice in a row should show two refreshes.
  refresh: { cooldown: 250 },
  hold: { whileExpired: 10 * 60_000 },
  // TanStack Query retries, except for errors of the session.
  ky: { retry: 0 },
  environment: { signals: network },
} as const;

const issuer = import.meta.env.VITE_ISSUER;

/** Whether the user signs in at the identity provider. */
export const isAtProvider = issuer !== '' && readWay() === 'provider';

/** The identity provider, or `null` if the user signs in with a password. */
export const auth = isAtProvider
  ? oauth<ProviderUser>({
      issuer,
      clientId: 'spa',
      redirectUri: '/callback',
      postLogoutRedirectUri: '/sign-in',
      scope: 'openid email offline_access',
      resource: import.meta.env.VITE_PROVIDER_API_URL,
      dpop: dpop(),
      user: ({ sub, email }) => ({ sub, username: sub, email: typeof email === 'string' ? email : '' }),
    })
  : null;

// The devtools load later, and would miss the callback.
if (auth !== null) observeProtocol(auth);

const atProvider =
  auth === null
    ? null
    : createSession<ProviderUser, Credentials | SignIn>({
        ...common,
        ...auth.options,
        baseUrl: import.meta.env.VITE_PROVIDER_API_URL,
      });

export const session: Session<User, Credentials | SignIn> =
  atProvider ??
  createSession({
    ...common,
    baseUrl: import.meta.env.VITE_API_URL,
    server: restContract<User, Credentials | SignIn>({ login: 'auth/login', refresh: 'auth/refresh' }),
  });

/** Completes a sign-in at the provider, and returns the address from which it started. */
export async function completeSignIn(): Promise<string> {
  if (auth === null || atProvider === null) return '/';
  const { returnTo } = await auth.complete(atProvider);
  return returnTo;
}

const { steps, intercept } = observeRequests(session);
// Starts to record the requests: the devtools load later, and show those of before too.
steps();
intercept(() => (network.isOnline() ? undefined : Response.error()));

declare module 'sessionchart/react' {
  interface Register {
    session: typeof session;
  }
}
