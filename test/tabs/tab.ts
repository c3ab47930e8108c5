import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { HistoryEntry, SessionEmitted, SessionStatus, SessionView } from '../../src/index.ts';
import { listenForComplaints } from '../browser/complaints.ts';

const passwords = { ada: 'lovelace', grace: 'hopper' } as const;
export type Username = keyof typeof passwords;

/** One tab in a test. Each wait is for something that the test names. */
export interface Tab {
  readonly page: Page;
  /** Uncaught errors of the page, and errors and warnings on its console. */
  readonly complaints: readonly string[];
  restored(): Promise<void>;
  /** Signs in. Returns the resulting status, or the code of an error. */
  signIn(username: Username): Promise<string>;
  signOut(): Promise<void>;
  /** Changes the name of the user. */
  rename(username: string): Promise<void>;
  /** Sends requests at the same time. Returns `200 ada` or the code of an error for each. */
  send(count?: number): Promise<readonly string[]>;
  /** Sends requests without waiting for them. `outcomes` returns their outcomes so far. */
  start(count?: number): Promise<void>;
  outcomes(): Promise<readonly string[]>;
  view(): Promise<SessionView>;
  status(): Promise<SessionStatus>;
  /** The name of the user in the view. */
  username(): Promise<unknown>;
  facts(): Promise<readonly SessionEmitted[]>;
  /** How often an event was emitted. */
  told(type: SessionEmitted['type']): Promise<number>;
  history(): Promise<readonly HistoryEntry[]>;
  /** The record in the store as this tab sees it. */
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
      // After going back, the page may be shown before its program is ready.
      await expect.poll(() => page.evaluate(() => 'page' in window)).toBe(true);
      await page.evaluate(() => window.page.session.ready());
    },
    signIn: (username) =>
      page.evaluate((credentials) => window.page.signIn(credentials), {
        username,
        password: passwords[username],
      }),
    signOut: () => page.evaluate(() => window.page.session.logout()),
    rename: (username) => page.evaluate((name) => window.page.rename(name), username),
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
