import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';
import type { Tab as ObservedTab } from 'sessionchart/observe';
import { observer, session, useSessionView } from '../session.ts';
import { usePolled } from '../usePolled.ts';
import { readTabNames, type TabName } from './tabNames.ts';

/** A tab of the session: this one or another. */
export interface Tab extends ObservedTab, TabName {
  readonly isOwn: boolean;
}

const unnamed: TabName = { name: 'A new tab', hue: 0 };

/** This tab, and then the others. */
export function useTabs(): readonly [own: Tab, ...others: Tab[]] {
  const names = usePolled(readTabNames);
  const observed = useObservedTabs();
  const named = (tab: ObservedTab, isOwn: boolean): Tab => ({
    ...tab,
    ...(names?.get(tab.id) ?? unnamed),
    isOwn,
  });
  // A tab that was closed has released its name, and disappears from the list shortly after.
  const open = observed.filter(({ id }) => names?.has(id));
  return [named(useOwn(), true), ...open.map((tab) => named(tab, false))];
}

function useOwn(): ObservedTab {
  const { status } = useSessionView();
  const holdsLock = useSelector(session.actor, (snapshot) => snapshot.hasTag('holdsLock'));
  const isVisible = useSelector(session.actor, ({ context }) => context.visible);
  return { id: observer.id, status, holdsLock, isVisible };
}

function useObservedTabs(): readonly ObservedTab[] {
  const [tabs, setTabs] = useState<readonly ObservedTab[]>([]);
  useEffect(() => observer.subscribe(setTabs), []);
  return tabs;
}
