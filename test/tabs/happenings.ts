import { expect } from 'vitest';
import type { Tab } from './tab.ts';
import type { Withheld } from './tokenEndpoint.ts';
import type { World } from './world.ts';

/** An event in one tab that affects Ada's session in all tabs. */
export interface Happening {
  readonly name: string;
  happen(tab: Tab): Promise<unknown>;
  /** The same event in a tab whose refresh is at the token endpoint. */
  happenInRefresh(tab: Tab, call: Withheld): Promise<unknown>;
  /** The resulting status in every tab. */
  readonly status: string;
  readonly username: string | null;
  /** The outcome of a request that was made for Ada and not sent yet. */
  readonly refusal: string;
}

async function changeUser(tab: Tab): Promise<void> {
  await tab.signOut();
  await tab.signIn('grace');
}

export function happeningsOf(world: World): readonly Happening[] {
  return [
    {
      name: 'a sign-out',
      happen: (tab) => tab.signOut(),
      happenInRefresh: (tab) => tab.signOut(),
      status: 'loggedOut',
      username: null,
      refusal: 'ERR_LOGGED_OUT',
    },
    {
      name: 'an expiry',
      async happen(tab) {
        world.server.revokeSessions();
        await tab.send();
      },
      async happenInRefresh(_tab, call) {
        world.server.revokeSessions();
        call.release();
      },
      status: 'expired',
      username: 'ada',
      refusal: 'ERR_SESSION_EXPIRED',
    },
    {
      name: 'a change of user',
      happen: changeUser,
      happenInRefresh: changeUser,
      status: 'authenticated',
      username: 'grace',
      refusal: 'ERR_IDENTITY_CHANGED',
    },
  ];
}

/** Waits until another tab, which is another process, sees this tab's write in the store. */
export async function untilStored(tab: Tab, writer: Tab): Promise<void> {
  await expect.poll(() => tab.stored()).toEqual(await writer.stored());
}

/** Waits until a tab shows the result. */
export async function untilShown(
  tab: Tab,
  { status, username }: Pick<Happening, 'status' | 'username'>,
): Promise<void> {
  await expect
    .poll(async () => ({ status: await tab.status(), username: await tab.username() }))
    .toEqual({ status, username });
}
