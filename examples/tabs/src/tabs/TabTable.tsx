import type { CSSProperties } from 'react';
import type { ServerRecord } from '../server/serverRecord.ts';
import { describeStatus } from './statusWords.ts';
import type { Tab } from './useTabs.ts';

interface TabTableProps {
  readonly tabs: readonly Tab[];
  readonly record: ServerRecord | undefined;
}

export function TabTable({ tabs, record }: TabTableProps) {
  return (
    <section className="card" aria-labelledby="tabs">
      <h2 id="tabs">All tabs</h2>
      <table aria-labelledby="tabs">
        <thead>
          <tr>
            <th scope="col">Tab</th>
            <th scope="col">State</th>
            <th scope="col">Page</th>
            <th scope="col">Lock</th>
            <th scope="col" className="number">
              Refreshes
            </th>
            <th scope="col" className="number">
              Answered
            </th>
          </tr>
        </thead>
        <tbody>
          {tabs.map((tab) => (
            <TabRow key={tab.id} tab={tab} served={record?.tabs[tab.id]} />
          ))}
        </tbody>
      </table>
      <ThingsToTry />
    </section>
  );
}

function ThingsToTry() {
  return (
    <ul className="quiet" aria-label="Things to try">
      <li>
        Watch the ring: a <b>visible</b> tab refreshes before it ends. Hidden tabs don’t refresh.
      </li>
      <li>
        Close the tab that is <b>refreshing for all</b> within the 1.5 seconds that a refresh takes: another
        tab takes over.
      </li>
      <li>Sign out in one tab, and sign in as the other user in another tab.</li>
    </ul>
  );
}

function TabRow({
  tab,
  served,
}: {
  readonly tab: Tab;
  readonly served: ServerRecord['tabs'][string] | undefined;
}) {
  const { name, hue, isOwn, status, holdsLock, isVisible } = tab;
  return (
    <tr data-lock={holdsLock} style={{ '--hue': hue } as CSSProperties}>
      <th scope="row">
        <span className="name">{name}</span> {isOwn && <span className="quiet">this tab</span>}
      </th>
      <td>
        <span className="pill" data-status={status} data-lock={holdsLock}>
          {describeStatus(status, holdsLock)}
        </span>
      </td>
      <td className="quiet">{isVisible ? 'visible' : 'hidden'}</td>
      <td>{holdsLock ? <Lock /> : null}</td>
      <td className="number">{served?.refreshes ?? 0}</td>
      <td className="number">{served?.answered ?? 0}</td>
    </tr>
  );
}

function Lock() {
  return (
    <svg className="lock" viewBox="0 0 16 16" width="18" height="18" role="img" aria-label="holds the lock">
      <path d="M5 7V5a3 3 0 0 1 6 0v2" />
      <rect x="3" y="7" width="10" height="7" rx="1.5" />
    </svg>
  );
}
