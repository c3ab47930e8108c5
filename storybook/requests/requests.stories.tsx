import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import type { WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

/** Requests that meet a session which cannot serve them at this moment. */
export default {
  ...onStage,
  title: 'Requests',
  args: { ...onStage.args, state: 'refreshing.requesting' },
} satisfies Meta<WorldArgs>;

/** However many wait, one refresh serves them all. */
export const WaitForOneRefresh: Story = {
  name: 'wait for one refresh, and are answered',
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders', 'Are you open?', 'Are you open?');
    await expect(page.orders()).toHaveTextContent('Loading …');
    await expect(page.answers()).toHaveTextContent('Waiting …Waiting …');
    await page.counted('refresh 1, logout 0, api 0');

    await page.happens('Let it go on');
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
    await waitFor(() => expect(page.answers()).toHaveTextContent(/^(Open\. We know who asks\.){2}$/));
    await page.counted('login 1, refresh 1, logout 0, api 5, refused 0');
  },
};

/** When the refresh is refused, so is everybody who waited for it. None has been sent. */
export const RefusedTogether: Story = {
  name: 'are refused when the refresh is',
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders', 'Are you open?');
    await page.happens('Expire refresh tokens', 'Let it go on');
    await waitFor(() => expect(page.orders()).toHaveTextContent('Refused: please sign in again.'));
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: please sign in again.'));
    await page.counted('login 1, refresh 1, logout 0, api 0, refused 1');
    await expect(page.state()).toHaveTextContent('expired.idle');
  },
};

/** `hold.limit`: the third is refused at once, and the two before it go on waiting. */
export const HoldLimit: Story = {
  name: 'are refused beyond the limit',
  args: { hold: { limit: 2 } },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?', 'Are you open?', 'Are you open?');
    await waitFor(() =>
      expect(page.answers()).toHaveTextContent('Waiting …Waiting …Refused: too many wait already.'),
    );

    await page.happens('Let it go on');
    await waitFor(() =>
      expect(page.answers()).toHaveTextContent(
        'Open. We know who asks.Open. We know who asks.Refused: too many wait already.',
      ),
    );
    await page.counted('api 2');
  },
};

/** `hold.timeout`: another tab has the lock, and keeps it. */
export const HoldTimeout: Story = {
  name: 'wait only so long',
  args: { state: 'refreshing.acquiring', hold: { timeout: 20_000 } },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?');
    await page.happens('10 seconds later');
    await expect(page.answers()).toHaveTextContent('Waiting …');

    await page.happens('10 seconds later');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: it took too long.'));
    await page.counted('api 0');
    await expect(page.getByText('ada')).toBeVisible();
  },
};

/** A refresh has found no network. It waits for it, tries every eight seconds, and they wait for the refresh. */
export const Offline: Story = {
  name: 'wait for the network',
  args: { state: 'refreshing.offline' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders');
    await page.happens('10 seconds later');
    await expect(page.orders()).toHaveTextContent('Loading …');
    await page.counted('refresh 2, logout 0, api 0');

    await page.happens('Go online');
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
    await page.counted('refresh 3, logout 0, api 3');
  },
};

/** `hold.whileOffline: false`: they are refused at once, and the session stays. */
export const NotWhileOffline: Story = {
  name: 'do not wait for the network where they should not',
  args: { state: 'refreshing.offline', hold: { whileOffline: false } },
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders');
    await waitFor(() =>
      expect(page.orders()).toHaveTextContent('Refused: we cannot be reached now, and you stay signed in.'),
    );
    await page.counted('api 0');
    await expect(page.state()).toHaveTextContent('refreshing.offline');
  },
};

/** A logout wins over the refresh that they wait for. */
export const LoggedOut: Story = {
  name: 'are refused by a logout',
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?', 'Sign out');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: you have signed out.'));

    await page.happens('Let it go on');
    await expect(page.state()).toHaveTextContent('loggedOut');
    await page.counted('api 0');
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
  },
};
