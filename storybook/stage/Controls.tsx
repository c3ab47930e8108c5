import { useSyncExternalStore, type ReactElement } from 'react';
import { Counts } from './Counts.tsx';
import { Happening } from './Happening.tsx';
import { ada, grace, type World } from './World.ts';

/** What happens to a session from the outside, for people and play functions to make happen. */
export function Controls({ world }: { readonly world: World }): ReactElement {
  const { server, signals } = world;
  const isOnline = useSyncExternalStore(signals.subscribe, signals.isOnline);
  return (
    <section className="world card" aria-label="World">
      <h2>The world around it</h2>
      <div className="buttons">
        <Happening onPress={() => world.release()}>Let it go on</Happening>
        <Happening onPress={() => world.pass(10)}>10 seconds later</Happening>
        <Happening onPress={() => world.pass(60)}>1 minute later</Happening>
        <Happening onPress={() => signals.setOnline(!isOnline)}>
          {isOnline ? 'Go offline' : 'Go online'}
        </Happening>
        <Happening onPress={() => server.expireAccessTokens()}>Expire access tokens</Happening>
        <Happening onPress={() => server.expireRefreshTokens()}>Expire refresh tokens</Happening>
        <Happening onPress={() => world.signIn(ada)}>Ada signs in</Happening>
        <Happening onPress={() => world.signIn(grace)}>Grace signs in</Happening>
      </div>
      <h2>Requests that the server has seen</h2>
      <Counts world={world} />
    </section>
  );
}
