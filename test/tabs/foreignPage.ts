import type { Page } from 'playwright';
import type { Profile, World } from './world.ts';

/** The name of the session's lock and of its channel. */
const sharedName = 'sessionchart:local:session';
export const key = 'sessionchart:session';

declare global {
  interface Window {
    readonly heard: readonly string[];
    readonly channel: BroadcastChannel;
  }
}

/** A page of the same origin without a session, which listens to the channel of the session. */
export async function openForeignPage(world: World, { context }: Pick<Profile, 'context'>): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${world.pageUrl}/elsewhere`);
  await listen(page);
  return page;
}

/** Records every message on the session's channel in `heard`, as JSON. */
export async function listen(page: Page): Promise<void> {
  await page.evaluate((name) => {
    const heard: string[] = [];
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => heard.push(JSON.stringify(data));
    Object.assign(window, { heard, channel });
  }, sharedName);
}

/** The number of messages so far. */
export function heardBy(page: Page): Promise<number> {
  return page.evaluate(() => window.heard.length);
}

export function say(page: Page, messages: readonly unknown[]): Promise<void> {
  return page.evaluate((all) => {
    for (const message of all) window.channel.postMessage(message);
  }, messages);
}

/** Stores a text in place of the session's record. */
export function overwrite(page: Page, text: string): Promise<void> {
  return page.evaluate(([name, value]) => localStorage.setItem(name, value), [key, text] as const);
}

/** Takes the session's lock and never releases it. */
export function holdLock(page: Page): Promise<void> {
  return page.evaluate(
    (name) =>
      new Promise<void>((held) => {
        void navigator.locks.request(name, () => {
          held();
          return new Promise(() => undefined);
        });
      }),
    sharedName,
  );
}
