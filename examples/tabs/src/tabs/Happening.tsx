import type { Tab } from './useTabs.ts';

/** What happens between the tabs right now, in one sentence. */
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
  if (others === 0) return `${whose} asks the server for new tokens.`;
  return `${whose} asks the server for new tokens, for all ${others + 1} tabs. The others wait.`;
}

function sayRest([own, ...others]: readonly [Tab, ...Tab[]]): string {
  if (own.status === 'refreshing')
    return 'The token has run out: one of the tabs is about to ask for a new one.';
  if (own.status !== 'authenticated') return 'Nobody is signed in. Sign in here, and all tabs are.';
  if (others.length === 0) return 'Open another tab, and put the two windows side by side.';
  return `All ${others.length + 1} tabs have the same tokens.`;
}
