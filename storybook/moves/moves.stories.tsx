import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, grace, type WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

/** How a session leaves a state, and what becomes of those who have waited in it. */
export default { ...onStage, title: 'Moves' } satisfies Meta<WorldArgs>;

export const Restored: Story = {
  name: 'the store answers',
  args: { state: 'anonymous.restoring' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('Let it go on');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. We do not know who asks.'));
    await expect(page.state()).toHaveTextContent('anonymous.idle');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  },
};

export const SignedIn: Story = {
  name: 'somebody signs in',
  args: { state: 'anonymous.signingIn' },
  async play(context) {
    const page = pageOf(context);
    await page.happens('Let it go on');
    await expect(await page.findByText('ada')).toBeVisible();
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const AskedWhileDue: Story = {
  name: 'a request meets a due token',
  args: { state: 'authenticated.due.ready' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. We know who asks.'));
    await page.counted('login 1, refresh 1, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const DeferredRefresh: Story = {
  name: 'a refresh that was put off has its turn',
  args: { state: 'authenticated.due.deferred' },
  async play(context) {
    const page = pageOf(context);
    await page.happens('10 seconds later');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    await page.counted('login 1, refresh 2, logout 0, api 0');
  },
};

export const LockAcquired: Story = {
  name: 'another tab gives the lock away',
  args: { state: 'refreshing.acquiring' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('Let it go on');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. We know who asks.'));
    await page.counted('login 1, refresh 1, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const Refreshed: Story = {
  name: 'a refresh unmounts nothing',
  args: { state: 'refreshing.requesting' },
  async play(context) {
    const page = pageOf(context);
    await page.type('Words for the card', 'For the night shift');
    const card = page.getByLabelText('Words for the card');
    await page.happens('Let it go on');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    await expect(page.getByLabelText('Words for the card')).toBe(card);
    await expect(card).toHaveValue('For the night shift');
  },
};

export const TriedAgain: Story = {
  name: 'the server is back',
  args: { state: 'refreshing.backingOff' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('10 seconds later');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. We know who asks.'));
    await page.counted('login 1, refresh 2, logout 0, api 1');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const SignedInAgain: Story = {
  name: 'the same user signs in again',
  args: { state: 'expired' },
  async play(context) {
    const page = pageOf(context);
    await page.signIn(ada);
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    await expect(page.queryByRole('dialog')).toBeNull();

    await page.press('Load orders');
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
    await page.counted('login 2, refresh 1, logout 0, api 3');
  },
};

export const SomebodyElse: Story = {
  name: 'somebody else signs in after a logout',
  args: { state: 'loggedOut' },
  async play(context) {
    const page = pageOf(context);
    await page.signIn(grace);
    await expect(await page.findByText('grace')).toBeVisible();
    await expect(page.queryByText('ada')).toBeNull();
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};
