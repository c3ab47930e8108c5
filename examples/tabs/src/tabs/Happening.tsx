import type { Tab } from './useTabs.ts';

/** What the tabs are doing now, in one sentence. */
export function Happening({ tabs }: { readonly tabs: readonly [Tab, ...Tab[]] }) {
  const holder = tabs.find(({ holdsLock }) => holdsLock);
  return (
    <p className="happening" role="status" data-busy={holder !== undefined}>
      {holder === undefined ? sayRest(tabs) : sayRefresh(holder, tabs.length - 1)}
    </p>
  );
}

function sayRefresh({ name, isOwn }: Tab, others: number): string {
  const whose = isOwn ? 'This tab' : name;
  if (others === 0) return `${whose} is refreshing.`;
  return `${whose} is refreshing for all ${others + 1} tabs. The others are waiting.`;
}

function sayRest([own, ...others]: readonly [Tab, ...Tab[]]): string {
  if (own.status === 'refreshing') return 'The token has expired. One of the tabs is about to refresh it.';
  if (own.status !== 'authenticated') return 'You are signed out. Sign in here to sign in in all tabs.';
  if (others.length === 0) return 'Open another tab, and place the two windows side by side.';
  return `All ${others.length + 1} tabs have the same tokens.`;
}
