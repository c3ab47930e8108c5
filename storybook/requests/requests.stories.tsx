import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import type { WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

/** Requests that the session cannot send at the moment. */
export default {
  ...onStage,
  title: 'Requests',
  args: { ...onStage.args, state: 'refreshing.requesting' },
} satisfies Meta<WorldArgs>;

/** One refresh serves any number of waiting requests. */
export const WaitForOneRefresh: Story = {
  name: 'wait for one refresh, then succeed',
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders', 'Are you open?', 'Are you open?');
    await expect(page.orders()).toHaveTextContent('Loading …');
    await expect(page.answers()).toHaveTextContent('Waiting …Waiting …');
    await page.counted('refresh 1, logout 0, api 0');

    await page.happens('Continue');
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
    await waitFor(() => expect(page.answers()).toHaveTextContent(/^(Open\. You are signed in\.){2}$/));
    await page.counted('login 1, refresh 1, logout 0, api 5, refused 0');
  },
};

/** If the refresh is refused, so are the requests that waited for it. None was sent. */
export const RefusedTogether: Story = {
  name: 'are refused if the refresh is refused',
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders', 'Are you open?');
    await page.happens('Expire refresh tokens', 'Continue');
    await waitFor(() => expect(page.orders()).toHaveTextContent('Refused: please sign in again.'));
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: please sign in again.'));
    await page.counted('login 1, refresh 1, logout 0, api 0, refused 1');
    await expect(page.state()).toHaveTextContent('expired.idle');
  },
};

/** `hold.limit`: the third request is refused at once; the first two keep waiting. */
export const HoldLimit: Story = {
  name: 'are refused beyond the limit',
  args: { hold: { limit: 2 } },
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?', 'Are you open?', 'Are you open?');
    await waitFor(() =>
      expect(page.answers()).toHaveTextContent('Waiting …Waiting …Refused: too many requests are waiting.'),
    );

    await page.happens('Continue');
    await waitFor(() =>
      expect(page.answers()).toHaveTextContent(
        'Open. You are signed in.Open. You are signed in.Refused: too many requests are waiting.',
      ),
    );
    await page.counted('api 2');
  },
};

/** `hold.timeout`: another tab keeps the lock. */
export const HoldTimeout: Story = {
  name: 'wait no longer than hold.timeout',
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

/** A refresh has failed offline. It is retried every eight seconds and when the network is back; requests wait for it. */
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

/** `hold.whileOffline: false`: requests are refused at once, and the session stays. */
export const NotWhileOffline: Story = {
  name: 'do not wait for the network with hold.whileOffline: false',
  args: { state: 'refreshing.offline', hold: { whileOffline: false } },
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders');
    await waitFor(() =>
      expect(page.orders()).toHaveTextContent(
        'Refused: the server cannot be reached now; you stay signed in.',
      ),
    );
    await page.counted('api 0');
    await expect(page.state()).toHaveTextContent('refreshing.offline');
  },
};

/** A logout overrides the refresh that the requests wait for. */
export const LoggedOut: Story = {
  name: 'are refused by a logout',
  async play(context) {
    const page = pageOf(context);
    await page.press('Are you open?', 'Sign out');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: you have signed out.'));

    await page.happens('Continue');
    await expect(page.state()).toHaveTextContent('loggedOut');
    await page.counted('api 0');
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
  },
};
