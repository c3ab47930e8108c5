import { onTestFinished } from 'vitest';
import { page, type Locator } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { SessionDevtools, type SessionDevtoolsProps } from '../../src/devtools/index.ts';
import { memoryStore, type SessionStore } from '../../src/index.ts';
import { observeTabs } from '../../src/observe/index.ts';
import {
  createTestSession,
  testUsers,
  type Account,
  type TestSession,
  type TestSessionOptions,
} from '../../src/testing/index.ts';

const [ada] = testUsers;
if (ada === undefined) throw new Error('There is no test user');

export const credentials = { username: ada.username, password: ada.password };

/** The panel of a session, and queries for tests. */
export interface Devtools extends TestSession {
  readonly store: SessionStore<Account>;
  readonly panel: Locator;
  /** The row of a request in the timeline. */
  request(this: void, path: string): Locator;
  /** Forces a response through the panel's form. */
  force(this: void, requests: string, answer: string, often?: string): Promise<void>;
  press(this: void, button: string): Promise<void>;
  /** Renders the same panel with other properties. */
  rerender(this: void, props: Partial<SessionDevtoolsProps>): Promise<void>;
  close(this: void): Promise<void>;
}

/** Renders the panel for a session in the given state. */
export async function openDevtools(
  options: TestSessionOptions = {},
  props: Partial<SessionDevtoolsProps> = {},
): Promise<Devtools> {
  const store = memoryStore<Account>();
  const world = await createTestSession({ ...options, session: { store, ...options.session } });
  const rendered = await render(<SessionDevtools session={world.session} {...props} />);
  const panel = page.getByRole('region', { name: 'Session devtools' });
  const press = (button: string) => panel.getByRole('button', { name: button, exact: true }).click();
  return {
    ...world,
    store,
    panel,
    press,
    request: (path) =>
      panel.getByRole('table', { name: 'Requests over time' }).getByRole('row').filter({ hasText: path }),
    async force(requests, answer, often = 'the next one') {
      await panel.getByRole('combobox', { name: 'Requests' }).selectOptions(requests);
      await panel.getByRole('combobox', { name: 'Response' }).selectOptions(answer);
      await panel.getByRole('combobox', { name: 'How often' }).selectOptions(often);
      await press('Force');
    },
    rerender: (others) =>
      rendered.rerender(<SessionDevtools session={world.session} {...props} {...others} />),
    close: () => rendered.unmount(),
  };
}

/** Another session on the same store, and its name in the panel. */
export async function openTab({ server, clock, store }: Devtools, options: TestSessionOptions = {}) {
  const tab = await createTestSession({ server, clock, ...options, session: { store, ...options.session } });
  const { id, stop } = observeTabs(tab.session);
  onTestFinished(stop);
  // The panel asks for other tabs.
  await clock.advance(2_000);
  return { ...tab, name: id.slice(0, 8) };
}

export function find(selector: string): Element {
  const found = document.querySelector(selector);
  if (found === null) throw new Error(`There is no ${selector}`);
  return found;
}

/** The values in the header by name: `User`, `Session`, `Generation`. */
export const facts = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...document.querySelectorAll('.sessionchart-facts div')].map((fact) => [
      fact.querySelector('dt')?.textContent ?? '',
      fact.querySelector('dd')?.textContent ?? '',
    ]),
  );

/** The text in the header about the end of the session or the last failure. */
export const cause = (): string | undefined => document.querySelector('.sessionchart-cause')?.textContent;

/** The text of the label in the chart. */
export const label = (): string | null | undefined =>
  document.querySelector('.sessionchart-label')?.textContent;

/** The highlighted states, outermost first. */
export const litStates = (): readonly (string | null)[] =>
  [...document.querySelectorAll('[data-state][data-current=true]')].map((state) =>
    state.getAttribute('data-state'),
  );

/** All arrows that are drawn. */
export const drawnArrows = (): readonly (string | null)[] =>
  [...document.querySelectorAll('[data-arrow]')].map((arrow) => arrow.getAttribute('data-arrow'));

/** The highlighted arrows, newest first: `authenticated refreshing`. */
export const litArrows = (): readonly (string | null)[] =>
  [...document.querySelectorAll('[data-arrow][data-kind=lit]')]
    .sort((one, other) => Number(one.getAttribute('data-age')) - Number(other.getAttribute('data-age')))
    .map((arrow) => arrow.getAttribute('data-arrow'));

/** Ignores the outcome of a promise, which the panel shows. */
export function start(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
