import { useSelector } from '@xstate/react';
import { SessionDevtools } from 'sessionchart/devtools';
import { useCallback, useSyncExternalStore, type ReactElement } from 'react';
import { nameOf } from '../../test/machines/leaves.ts';
import { App } from '../app/App.tsx';
import { Counts } from '../stage/Counts.tsx';
import { Happening } from '../stage/Happening.tsx';
import type { Theme } from '../stage/theme.ts';
import type { World } from '../stage/World.ts';
import '../stage/stage.css';
import './tabs.css';

interface TwoTabsProps {
  readonly tabs: readonly [left: World, right: World];
  readonly theme: Theme;
}

/** Two tabs side by side, their shared environment, and the devtools of the left tab. */
export function TwoTabs({ tabs: [left, right], theme }: TwoTabsProps): ReactElement {
  return (
    <div className="stage" data-theme={theme}>
      <main className="stage-column">
        <div className="tabs">
          <Tab name="Left tab" world={left} />
          <Tab name="Right tab" world={right} />
        </div>
        <InCommon left={left} right={right} />
      </main>
      <div className="stage-devtools card tabs-devtools">
        <SessionDevtools session={left.session} theme={theme} />
      </div>
    </div>
  );
}

function Tab({ name, world }: { readonly name: string; readonly world: World }): ReactElement {
  const { session, signals } = world;
  const state = useSelector(session.actor, ({ value }) => nameOf(value));
  const holdsLock = useSelector(session.actor, (snapshot) => snapshot.hasTag('holdsLock'));
  const isVisible = useSyncExternalStore(signals.subscribe, signals.isVisible);
  return (
    <article className="tab" aria-label={name} data-visible={isVisible}>
      <header className="tab-strip">
        <strong>{name}</strong>
        <output aria-label="State of the session">{state}</output>
        {holdsLock && <span className="tab-lock">holds the lock</span>}
        <Happening onPress={() => signals.setVisible(!isVisible)}>{isVisible ? 'Hide' : 'Show'}</Happening>
      </header>
      <App session={session} />
    </article>
  );
}

/** What a profile form does once the server has stored the new name. */
async function rename({ session }: World): Promise<void> {
  await session.updateUser((user) => ({ ...Object(user), username: 'Countess' }));
}

function InCommon({ left, right }: { readonly left: World; readonly right: World }): ReactElement {
  const { server } = left;
  const onRequest = useCallback(
    (listener: () => void) => {
      const undos = [left.onRequest(listener), right.onRequest(listener)];
      return () => undos.forEach((undo) => undo());
    },
    [left, right],
  );
  return (
    <section className="world card" aria-label="Environment">
      <h2>Environment of both tabs</h2>
      <div className="buttons">
        <Happening onPress={() => Promise.all([left.release(), right.release()]).then(() => undefined)}>
          Continue
        </Happening>
        <Happening onPress={() => rename(left)}>Save a new name in the left tab</Happening>
        <Happening onPress={() => left.pass(10)}>10 seconds later</Happening>
        <Happening onPress={() => left.pass(60)}>1 minute later</Happening>
        <Happening onPress={() => server.expireAccessTokens()}>Expire access tokens</Happening>
        <Happening onPress={() => server.expireRefreshTokens()}>Expire refresh tokens</Happening>
      </div>
      <h2>Requests at the server, from both tabs</h2>
      <Counts world={{ server, onRequest }} />
    </section>
  );
}
