import type { Meta } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import type { WorldArgs } from '../stage/World.ts';
import type { StateStory } from './StateStory.ts';

/** A user is signed in, and requests carry the token. If the token is due, they wait for a refresh first. */
export default { ...onStage, title: 'States/authenticated' } satisfies Meta<WorldArgs>;

export const Authenticated: StateStory = {
  name: 'authenticated',
  args: { state: 'authenticated' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders');
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));

    // The token lives for a minute: within that time the session has refreshed it, and the page has not changed.
    await page.happens('1 minute later');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    await page.counted('login 1, refresh 1, logout 0, api 3, refused 0');
    await expect(page.getByText('ada')).toBeVisible();
    await expect(page.orders()).toHaveTextContent('3 orders');
  },
};

export const Fresh: StateStory = {
  name: 'authenticated.fresh',
  args: { state: 'authenticated.fresh' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();

    await page.press('Are you open?', 'Load orders');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are signed in.'));
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
    await page.counted('login 1, refresh 0, logout 0, api 4, refused 0');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

export const Due: StateStory = {
  name: 'authenticated.due',
  args: { state: 'authenticated.due' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Load orders' })).toBeEnabled();
    await expect(page.queryByRole('dialog')).toBeNull();
    await expect(page.state()).toHaveTextContent('authenticated.due.ready');
  },
};

/** Transitions has a story for the next request. */
export const DueReady: StateStory = {
  name: 'authenticated.due.ready',
  args: { state: 'authenticated.due.ready' },
  async play(context) {
    const page = pageOf(context);
    await page.happens('1 minute later');
    await page.counted('login 1, refresh 0, logout 0, api 0, refused 0');
    await expect(page.getByText('ada')).toBeVisible();
    await expect(page.state()).toHaveTextContent('authenticated.due.ready');
  },
};

export const DueDeferred: StateStory = {
  name: 'authenticated.due.deferred',
  args: { state: 'authenticated.due.deferred' },
  async play(context) {
    const page = pageOf(context);
    await page.counted('refresh 1');

    // One refresh has failed, and requests do not wait for the next one.
    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are signed in.'));
    await page.counted('login 1, refresh 1, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('authenticated.due.deferred');
  },
};
