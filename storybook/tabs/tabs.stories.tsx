import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf, tabOf } from '../stage/page.ts';
import { isTheme } from '../stage/theme.ts';
import { ada, createTabs, grace, tabStates, World, type WorldArgs } from '../stage/World.ts';
import { TwoTabs } from './TwoTabs.tsx';

type Story = StoryObj<WorldArgs>;

/** Two tabs of one browser share a session. Here they are two sessions with one store, in one page. */
export default {
  title: 'Tabs',
  args: { ...onStage.args, state: 'authenticated' },
  argTypes: {
    ...onStage.argTypes,
    state: { ...onStage.argTypes.state, options: tabStates },
    position: { table: { disable: true } },
    limits: { table: { disable: true } },
  },
  // Each tab is a page with its own landmarks.
  parameters: { a11y: { config: { rules: [{ id: 'landmark-unique', enabled: false }] } } },
  loaders: [({ args }) => createTabs(args)],
  beforeEach:
    ({ loaded }) =>
    () => {
      for (const world of tabsIn(loaded)) world.dispose();
    },
  render: (_args, { loaded, globals }) => {
    const theme: unknown = globals['theme'];
    const tabs = tabsIn(loaded);
    return <TwoTabs key={tabs[0].id} tabs={tabs} theme={isTheme(theme) ? theme : 'system'} />;
  },
} satisfies Meta<WorldArgs>;

function tabsIn(loaded: Readonly<Record<string, unknown>>): readonly [World, World] {
  const { left, right }: { left?: unknown; right?: unknown } = loaded;
  if (left instanceof World && right instanceof World) return [left, right];
  throw new Error('Expected the loader to have built two tabs');
}

export const SignIn: Story = {
  name: 'a sign-in reaches both tabs',
  args: { state: 'anonymous' },
  async play(context) {
    const [left, right] = [tabOf(context, 'Left tab'), tabOf(context, 'Right tab')];
    await left.signIn(ada);
    await waitFor(() => expect(right.state()).toHaveTextContent('authenticated.fresh'));
    await expect(right.getByText('ada')).toBeVisible();

    await right.press('Load orders');
    await waitFor(() => expect(right.orders()).toHaveTextContent('3 orders'));
    await pageOf(context).counted('login 1, refresh 0, logout 0, api 3, refused 0');
  },
};

export const NewName: Story = {
  name: 'a new name is shown in both tabs',
  args: { state: 'authenticated' },
  async play(context) {
    const [left, right] = [tabOf(context, 'Left tab'), tabOf(context, 'Right tab')];
    await pageOf(context).happens('Save a new name in the left tab');
    for (const tab of [left, right]) await waitFor(() => expect(tab.getByText('Countess')).toBeVisible());
    await expect(right.state()).toHaveTextContent('authenticated.fresh');
    await pageOf(context).counted('login 1, refresh 0, logout 0, api 0, refused 0');
  },
};

/** Loads orders in both tabs with an expired access token. */
async function loadExpired(context: Parameters<typeof pageOf>[0]) {
  const [left, right] = [tabOf(context, 'Left tab'), tabOf(context, 'Right tab')];
  const world = pageOf(context);
  await world.happens('Expire access tokens');
  await left.press('Load orders');
  await right.press('Load orders');
  return { left, right, world };
}

export const OneRefreshes: Story = {
  name: 'one tab refreshes',
  args: { state: 'refreshing.requesting' },
  async play(context) {
    const { left, right, world } = await loadExpired(context);
    await waitFor(() => expect(right.state()).toHaveTextContent('refreshing.acquiring'));
    await expect(left.state()).toHaveTextContent('refreshing.requesting');
    await expect(left.getByText('holds the lock')).toBeVisible();
    await expect(right.queryByText('holds the lock')).toBeNull();
    await world.counted('login 1, refresh 1, logout 0, api 3, refused 3');
  },
};

export const ServedBoth: Story = {
  name: 'one refresh serves both',
  async play(context) {
    const { left, right, world } = await loadExpired(context);
    for (const tab of [left, right]) {
      await waitFor(() => expect(tab.orders()).toHaveTextContent('3 orders'));
      await expect(tab.state()).toHaveTextContent('authenticated.fresh');
    }
    await world.counted('login 1, refresh 1, logout 0, api');
  },
};

/** A hidden tab does not refresh; it uses the tokens of the visible tab. */
export const Hidden: Story = {
  name: 'the visible tab refreshes',
  async play(context) {
    const [left, right] = [tabOf(context, 'Left tab'), tabOf(context, 'Right tab')];
    const world = pageOf(context);
    await right.press('Hide');
    await world.happens('1 minute later');
    await world.counted('refresh 1');
    await waitFor(() => expect(right.state()).toHaveTextContent('authenticated.fresh'));
    await expect(left.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const Expired: Story = {
  name: 'both tabs ask to sign in again, and one sign-in is enough',
  async play(context) {
    const [left, right] = [tabOf(context, 'Left tab'), tabOf(context, 'Right tab')];
    const world = pageOf(context);
    await world.happens('Expire refresh tokens', 'Expire access tokens');
    await left.press('Load orders');
    for (const tab of [left, right]) {
      await expect(await tab.findByRole('dialog', { name: 'Sign in again' })).toBeVisible();
    }
    await world.counted('login 1, refresh 1');

    await right.signIn(ada);
    await waitFor(() => expect(left.queryByRole('dialog')).toBeNull());
    await expect(left.state()).toHaveTextContent('authenticated.fresh');
    await world.counted('login 2, refresh 1');
  },
};

export const SignOut: Story = {
  name: 'a sign-out reaches both tabs',
  async play(context) {
    const [left, right] = [tabOf(context, 'Left tab'), tabOf(context, 'Right tab')];
    await left.press('Sign out');
    await waitFor(() => expect(right.state()).toHaveTextContent('loggedOut'));
    await expect(right.queryByText('ada')).toBeNull();

    await right.signIn(grace);
    await waitFor(() => expect(left.state()).toHaveTextContent('authenticated.fresh'));
    await expect(left.getByText('grace')).toBeVisible();
  },
};
