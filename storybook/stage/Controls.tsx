import { useSyncExternalStore, type ReactElement } from 'react';
import { Counts } from './Counts.tsx';
import { Happening } from './Happening.tsx';
import { ada, grace, type World } from './World.ts';

/** Buttons that change the session's environment: time, network, tokens and users. */
export function Controls({ world }: { readonly world: World }): ReactElement {
  const { server, signals } = world;
  const isOnline = useSyncExternalStore(signals.subscribe, signals.isOnline);
  return (
    <section className="world card" aria-label="Environment">
      <h2>Environment</h2>
      <div className="buttons">
        <Happening onPress={() => world.release()}>Continue</Happening>
        <Happening onPress={() => world.pass(10)}>10 seconds later</Happening>
        <Happening onPress={() => world.pass(60)}>1 minute later</Happening>
        <Happening onPress={() => signals.setOnline(!isOnline)}>
          {isOnline ? 'Go offline' : 'Go online'}
        </Happening>
        <Happening onPress={() => server.expireAccessTokens()}>Expire access tokens</Happening>
        <Happening onPress={() => server.expireRefreshTokens()}>Expire refresh tokens</Happening>
        <Happening onPress={world.askForPassword}>Ask for the password before an order</Happening>
        <Happening onPress={() => world.signIn(ada)}>Ada signs in</Happening>
        <Happening onPress={() => world.signIn(grace)}>Grace signs in</Happening>
      </div>
      <h2>Requests at the server</h2>
      <Counts world={world} />
    </section>
  );
}
