import type { CSSProperties } from 'react';
import { OwnTab } from './ownTab/OwnTab.tsx';
import { useTabMark } from './ownTab/useTabMark.ts';
import { ServerCounts } from './server/ServerCounts.tsx';
import { readServerRecord } from './server/serverRecord.ts';
import { Happening } from './tabs/Happening.tsx';
import { TabTable } from './tabs/TabTable.tsx';
import { useTabs } from './tabs/useTabs.ts';
import { usePolled } from './usePolled.ts';

export function Page() {
  const tabs = useTabs();
  const record = usePolled(readServerRecord);
  const [own] = tabs;
  useTabMark(own);
  return (
    <div className="page" style={{ '--hue': own.hue } as CSSProperties}>
      <header>
        <div>
          <p className="mark">{own.name}</p>
          <h1>One session, many tabs</h1>
          <p className="lead">
            All tabs share one session. When its access token expires, one tab refreshes it, and all tabs use
            the new tokens.
          </p>
        </div>
        <a className="button primary" href="/" target="_blank" rel="noopener">
          Open another tab
        </a>
      </header>
      <main>
        <Happening tabs={tabs} />
        <OwnTab />
        <TabTable tabs={tabs} record={record} />
        <ServerCounts record={record} />
      </main>
    </div>
  );
}
