import type { Meta } from '@storybook/react-vite';
import { leaves } from '../../test/machines/leaves.ts';
import { contracts } from './contracts.ts';
import { Stage } from './Stage.tsx';
import { createWorld, World, type WorldArgs } from './World.ts';
import { isTheme } from './theme.ts';

/** Shared by all stories: each gets its own world, created before it renders and disposed of afterwards. */
export const onStage = {
  args: { state: 'authenticated.fresh', dialect: 'rotating' },
  argTypes: {
    state: { control: 'select', options: leaves },
    dialect: { control: 'select', options: Object.keys(contracts) },
    hold: { control: 'object' },
    limits: { control: 'object' },
  },
  loaders: [async ({ args }) => ({ world: await createWorld(args) })],
  beforeEach:
    ({ loaded }) =>
    () =>
      worldIn(loaded).dispose(),
  render: (_args, { loaded, globals }) => {
    const theme: unknown = globals['theme'];
    const world = worldIn(loaded);
    return <Stage key={world.id} world={world} theme={isTheme(theme) ? theme : 'system'} />;
  },
} satisfies Meta<WorldArgs>;

function worldIn(loaded: Readonly<Record<string, unknown>>): World {
  const world = loaded['world'];
  if (!(world instanceof World)) throw new Error('Expected the loader to have built a world');
  return world;
}
