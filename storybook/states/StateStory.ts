import type { StoryObj } from '@storybook/react-vite';
import type { SessionState } from 'sessionchart/testing';
import type { WorldArgs } from '../stage/World.ts';

/** A story of one state: it starts in that state and has its name. */
export interface StateStory extends StoryObj<WorldArgs> {
  name: SessionState;
  args: Partial<WorldArgs> & Pick<WorldArgs, 'state'>;
  play: NonNullable<StoryObj<WorldArgs>['play']>;
}
