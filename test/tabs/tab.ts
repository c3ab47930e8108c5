import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { HistoryEntry, SessionEmitted, SessionStatus, SessionView } from '../../src/index.ts';
import { listenForComplaints } from '../browser/complaints.ts';

const passwords = { ada: 'lovelace', grace: 'hopper' } as const;
export type Username = keyof typeof passwords;

/** One tab, as a test sees it. Nothing in it is waited for but by name. */
export interface Tab {
  readonly page: Page;
  /** Errors that nobody in the page has caught, and lines of the console that are errors or warnings. */
  readonly complaints: readonly string[];
  restored(): Promise<void>;
  /** Where it leads: a status, or the code of an error. */
  signIn(username: Username): Promise<string>;
  signOut(): Promise<void>;
  /** Sends requests all at once: `200 ada`, or the code of an error, for each. */
  send(count?: number): Promise<readonly string[]>;
  /** Sends requests without waiting for them: `outcomes` has what has become of them so far. */
  start(count?: number): Promise<void>;
  outcomes(): Promise<readonly string[]>;
  view(): Promise<SessionView>;
  status(): Promise<SessionStatus>;
  /** The name of the user of the view. */
  username(): Promise<unknown>;
  facts(): Promise<readonly SessionEmitted[]>;
  /** How often a fact was told. */
  told(type: SessionEmitted['type']): Promise<number>;
  history(): Promise<readonly HistoryEntry[]>;
  /** What the store holds in the eyes of this tab. */
  stored(): Promise<Record<string, unknown> | null>;
  close(): Promise<void>;
}

const key = 'sessionchart:session';

export function createTab(page: Page): Tab {
  const view = () => page.evaluate(() => window.page.session.getSnapshot());
  const facts = () => page.evaluate(() => window.page.facts);

  return {
    page,
    complaints: listenForComplaints(page),
    async restored() {
      // Whoever goes back is there before the program is.
      await expect.poll(() => page.evaluate(() => 'page' in window)).toBe(true);
      await page.evaluate(() => window.page.session.ready());
    },
    signIn: (username) =>
      page.evaluate((credentials) => window.page.signIn(credentials), {
        username,
        password: passwords[username],
      }),
    signOut: () => page.evaluate(() => window.page.session.logout()),
    send: (count = 1) => page.evaluate((requests) => window.page.send(requests), count),
    start: (count = 1) => page.evaluate((requests) => window.page.start(requests), count),
    outcomes: () => page.evaluate(() => window.page.outcomes),
    view,
    status: async () => (await view()).status,
    async username() {
      const { user } = await view();
      return typeof user === 'object' && user !== null && 'username' in user ? user.username : null;
    },
    facts,
    told: async (type) => (await facts()).filter((fact) => fact.type === type).length,
    history: () => page.evaluate(() => window.page.session.history()),
    stored: () =>
      page.evaluate(
        (name) => JSON.parse(localStorage.getItem(name) ?? 'null') as Record<string, unknown> | null,
        key,
      ),
    close: () => page.close(),
  };
}
