import { createSession, webStorageStore } from 'sessionchart';
import { oauth } from 'sessionchart/oauth';
import type { Client, Settings } from './client.ts';

export async function create({ issuer, api, redirectUri }: Settings): Promise<Client> {
  const auth = oauth({
    issuer,
    clientId: 'spa',
    redirectUri,
    scope: 'openid email offline_access',
    resource: api,
  });
  const session = createSession({
    baseUrl: api,
    ...auth.options,
    store: webStorageStore(() => localStorage),
  });
  await session.ready();
  return {
    signIn: () => auth.signIn({ prompt: 'consent' }),
    complete: () => auth.complete(session),
    isSignedIn: () => Promise.resolve(session.getSnapshot().isSignedIn),
    call: async () => (await session.fetch('/me')).status,
    signOut: () => session.logout(),
  };
}
