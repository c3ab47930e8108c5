import type { Tab } from './tab.ts';

let current: Tab | null = null;

/** The tab whose code runs. All microtasks of one event run before the next event, so they belong to the same tab. */
export const currentTab = (): Tab | null => current;

export function setCurrentTab(tab: Tab | null): void {
  if (tab !== null && current !== null && tab !== current)
    throw new Error('Two tabs run in one event, so their microtasks would be mixed');
  current = tab;
}

/** The tab whose code runs. */
export function expectTab(): Tab {
  if (current === null) throw new Error('No tab runs now');
  return current;
}
