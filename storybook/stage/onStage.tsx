import type { Meta, StoryContext } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { argTypes } from './argTypes.ts';
import { Stage, type StageProps } from './Stage.tsx';
import { createWorld, World, type WorldArgs } from './World.ts';
import { isTheme } from './theme.ts';

/** Shared by all stories: each gets its own world, created before it renders and disposed of afterwards. */
export const onStage = {
  args: { state: 'authenticated.fresh', dialect: 'rotating' },
  argTypes,
  loaders: [async ({ args }) => ({ world: await createWorld(args) })],
  beforeEach:
    ({ loaded }) =>
    () =>
      worldIn(loaded).dispose(),
  render: ({ position = 'inline' }, context) => renderOnStage(context, { position }),
} satisfies Meta<WorldArgs>;

/** Renders the stage of a story, with these properties of the devtools. */
export function renderOnStage(
  { loaded, globals }: Pick<StoryContext, 'loaded' | 'globals'>,
  devtools: NonNullable<StageProps['devtools']>,
): ReactElement {
  const theme: unknown = globals['theme'];
  const world = worldIn(loaded);
  return <Stage key={world.id} world={world} theme={isTheme(theme) ? theme : 'system'} devtools={devtools} />;
}

function worldIn(loaded: Readonly<Record<string, unknown>>): World {
  const world = loaded['world'];
  if (!(world instanceof World)) throw new Error('Expected the loader to have built a world');
  return world;
}
