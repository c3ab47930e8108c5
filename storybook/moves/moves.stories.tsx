import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, grace, type WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

/** How a session leaves a state, and what happens to the requests that waited in it. */
export default { ...onStage, title: 'Transitions' } satisfies Meta<WorldArgs>;

export const Restored: Story = {
  name: 'the store has been read',
  args: { state: 'anonymous.restoring' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('Continue');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are not signed in.'));
    await expect(page.state()).toHaveTextContent('anonymous.idle');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  },
};

export const NoCookie: Story = {
  name: 'the server knows no user to restore',
  args: { state: 'anonymous.restoring.requesting' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('Continue');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are not signed in.'));
    await expect(page.state()).toHaveTextContent('anonymous.idle');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  },
};

export const RestoredLater: Story = {
  name: 'a silent sign-in is tried again',
  args: { state: 'anonymous.restoring.backingOff' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('10 seconds later');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are not signed in.'));
    await page.counted('refresh 2');
    await expect(page.state()).toHaveTextContent('anonymous.idle');
  },
};

export const SignedIn: Story = {
  name: 'the user signs in',
  args: { state: 'anonymous.signingIn' },
  async play(context) {
    const page = pageOf(context);
    await page.happens('Continue');
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
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are signed in.'));
    await page.counted('login 1, refresh 1, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const DeferredRefresh: Story = {
  name: 'a deferred refresh runs',
  args: { state: 'authenticated.due.deferred' },
  async play(context) {
    const page = pageOf(context);
    await page.happens('10 seconds later');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    await page.counted('login 1, refresh 2, logout 0, api 0');
  },
};

export const LockAcquired: Story = {
  name: 'another tab releases the lock',
  args: { state: 'refreshing.acquiring' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('Continue');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are signed in.'));
    await page.counted('login 1, refresh 1, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const Refreshed: Story = {
  name: 'a refresh unmounts nothing',
  args: { state: 'refreshing.requesting' },
  async play(context) {
    const page = pageOf(context);
    await page.type('Message on the card', 'For the night shift');
    const card = page.getByLabelText('Message on the card');
    await page.happens('Continue');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    await expect(page.getByLabelText('Message on the card')).toBe(card);
    await expect(card).toHaveValue('For the night shift');
  },
};

export const TriedAgain: Story = {
  name: 'the server is available again',
  args: { state: 'refreshing.backingOff' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('10 seconds later');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are signed in.'));
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

export const AnotherUser: Story = {
  name: 'another user signs in after a logout',
  args: { state: 'loggedOut' },
  async play(context) {
    const page = pageOf(context);
    await page.signIn(grace);
    await expect(await page.findByText('grace')).toBeVisible();
    await expect(page.queryByText('ada')).toBeNull();
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};
