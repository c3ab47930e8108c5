import { useSelector } from '@xstate/react';
import { SessionDevtools, type SessionDevtoolsProps } from 'sessionchart/devtools';
import type { ReactElement } from 'react';
import { stateName } from 'sessionchart/machine';
import { describeState } from '../../src/devtools/chart/transitions.ts';
import { App } from '../app/App.tsx';
import { answers } from './answers.ts';
import { Controls } from './Controls.tsx';
import type { Theme } from './theme.ts';
import type { World } from './World.ts';
import './stage.css';

export interface StageProps {
  readonly world: World;
  readonly theme: Theme;
  /** More properties of the devtools. */
  readonly devtools?: Pick<SessionDevtoolsProps, 'auth' | 'position'>;
}

/** An application, the buttons for its environment, and the devtools. */
export function Stage({ world, theme, devtools = {} }: StageProps): ReactElement {
  const { position = 'inline' } = devtools;
  const panel = (
    <SessionDevtools
      session={world.session}
      theme={theme}
      answers={answers[world.server.dialect]}
      {...devtools}
    />
  );
  return (
    <div className="stage" data-theme={theme}>
      <CurrentState world={world} />
      <div className="stage-columns" data-position={position}>
        <main className="stage-column">
          <App session={world.session} limits={world.limits} />
          <Controls world={world} />
        </main>
        {position === 'inline' ? <div className="stage-devtools card">{panel}</div> : panel}
      </div>
    </div>
  );
}

function CurrentState({ world }: Pick<StageProps, 'world'>): ReactElement {
  const state = useSelector(world.session.actor, ({ value }) => stateName(value));
  return (
    <header className="stage-state">
      <h1>
        <output aria-label="State of the session">{state}</output>
      </h1>
      <p>{describe(state)}</p>
    </header>
  );
}

/** The machine's descriptions of a state and its parents, outermost first. */
function describe(state: string): string {
  const keys = state.split('.');
  return keys.map((_, index) => describeState(keys.slice(0, index + 1).join('.')).description).join(' ');
}
