import type { Meta } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import type { WorldArgs } from '../stage/World.ts';
import type { StateStory } from './StateStory.ts';

/** A refresh is in flight. Requests wait for it, and the page does not change. */
export default { ...onStage, title: 'States/refreshing' } satisfies Meta<WorldArgs>;

export const Refreshing: StateStory = {
  name: 'refreshing',
  args: { state: 'refreshing' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();

    await page.type('Message on the card', 'For the night shift');
    await page.press('Order');
    await expect(page.notice()).toHaveTextContent('Sending your order …');
    await page.counted('api 0');
    await expect(page.state()).toHaveTextContent('refreshing.requesting');
  },
};

export const Acquiring: StateStory = {
  name: 'refreshing.acquiring',
  args: { state: 'refreshing.acquiring' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();

    await page.press('Are you open?');
    await expect(page.answers()).toHaveTextContent('Waiting …');
    await page.counted('login 1, refresh 0, logout 0, api 0, refused 0');
    await expect(page.state()).toHaveTextContent('refreshing.acquiring');
  },
};

export const Requesting: StateStory = {
  name: 'refreshing.requesting',
  args: { state: 'refreshing.requesting' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();

    await page.press('Load orders');
    await expect(page.orders()).toHaveTextContent('Loading …');
    await page.counted('login 1, refresh 1, logout 0, api 0, refused 0');
    await expect(page.state()).toHaveTextContent('refreshing.requesting');
  },
};

export const BackingOff: StateStory = {
  name: 'refreshing.backingOff',
  args: { state: 'refreshing.backingOff' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();

    await page.press('Are you open?');
    await expect(page.answers()).toHaveTextContent('Waiting …');
    await page.counted('login 1, refresh 1, logout 0, api 0, refused 0');
    await expect(page.state()).toHaveTextContent('refreshing.backingOff');
  },
};

export const Offline: StateStory = {
  name: 'refreshing.offline',
  args: { state: 'refreshing.offline' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('ada')).toBeVisible();

    await page.press('Are you open?');
    // One attempt has failed offline. It is retried every eight seconds, since the platform may be wrong.
    await page.happens('10 seconds later');
    await expect(page.answers()).toHaveTextContent('Waiting …');
    await page.counted('login 1, refresh 2, logout 0, api 0, refused 0');
    await expect(page.state()).toHaveTextContent('refreshing.offline');
  },
};
