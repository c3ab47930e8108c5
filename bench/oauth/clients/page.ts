import type { Client, Settings } from './client.ts';

declare global {
  interface Window {
    readonly settings: Settings;
    /** The client of this page, once it has started and has completed a sign-in. */
    client: Promise<Client>;
  }
}

/** Starts the client in this page, and completes a sign-in if the user returns from the provider. */
export function run(create: (settings: Settings) => Client | Promise<Client>): void {
  window.client = (async () => {
    const client = await create(window.settings);
    if (location.pathname === '/callback') {
      await client.complete();
      history.replaceState(null, '', '/');
    }
    return client;
  })();
}
