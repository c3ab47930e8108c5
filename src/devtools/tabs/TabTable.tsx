import { useSelector } from '@xstate/react';
import { useId } from 'react';
import type { Session } from '../../session/session.ts';
import type { SessionView } from '../../session/view.ts';
import type { Tab } from '../../observe/tabMessage.ts';
import { useOtherTabs } from './useOtherTabs.ts';

export interface TabTableProps {
  readonly session: Session;
  readonly view: SessionView;
}

/** This tab and the others on the same store, and which of them holds the lock. */
export function TabTable({ session, view: { status } }: TabTableProps) {
  const heading = useId();
  const tabs = useOtherTabs(session);
  const isVisible = useSelector(session.actor, ({ context }) => context.visible);
  const holdsLock = useSelector(session.actor, (snapshot) => snapshot.hasTag('holdsLock'));
  if (tabs.length === 0) return null;
  const self: Tab = { id: '', status, isVisible, holdsLock };
  return (
    <section className="sessionchart-tabs" aria-labelledby={heading}>
      <h3 id={heading}>Tabs of this session</h3>
      <div className="sessionchart-scroll" role="group" aria-labelledby={heading} tabIndex={0}>
        <table aria-labelledby={heading}>
          <thead>
            <tr>
              <th scope="col">Tab</th>
              <th scope="col">State</th>
              <th scope="col">Page</th>
              <th scope="col" title="The tab that holds the lock refreshes for all tabs">
                Lock
              </th>
            </tr>
          </thead>
          <tbody>
            <TabRow tab={self} name="this tab" />
            {tabs.map((tab) => (
              <TabRow key={tab.id} tab={tab} name={tab.id.slice(0, 8)} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function TabRow({ tab, name }: { readonly tab: Tab; readonly name: string }) {
  const { status, isVisible, holdsLock } = tab;
  return (
    <tr data-status={status}>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>
        <span>{status}</span>
      </td>
      <td>{isVisible ? 'visible' : 'hidden'}</td>
      <td>{holdsLock ? <b>held</b> : null}</td>
    </tr>
  );
}
