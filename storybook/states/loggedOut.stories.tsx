import type { Meta } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import type { WorldArgs } from '../stage/World.ts';
import type { StateStory } from './StateStory.ts';

/** The session was ended on purpose. The page shows nothing of its user any more. */
export default { ...onStage, title: 'States/loggedOut' } satisfies Meta<WorldArgs>;

export const LoggedOut: StateStory = {
  name: 'loggedOut',
  args: { state: 'loggedOut' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
    await expect(page.queryByText('ada')).toBeNull();

    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are not signed in.'));
    await expect(page.state()).toHaveTextContent('loggedOut');
  },
};

export const Idle: StateStory = {
  name: 'loggedOut.idle',
  args: { state: 'loggedOut.idle' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
    await expect(page.state()).toHaveTextContent('loggedOut.idle');
  },
};

/** The server has not answered the logout yet. The page is signed out already. */
export const Revoking: StateStory = {
  name: 'loggedOut.revoking',
  args: { state: 'loggedOut.revoking' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
    await expect(page.queryByText('ada')).toBeNull();
    await expect(page.state()).toHaveTextContent('loggedOut.revoking');
  },
};

/** The server could not be told of the logout. */
export const BackingOff: StateStory = {
  name: 'loggedOut.backingOff',
  args: { state: 'loggedOut.backingOff' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
    await expect(page.state()).toHaveTextContent('loggedOut.backingOff');

    await page.happens('10 seconds later');
    await waitFor(() => expect(page.state()).toHaveTextContent('loggedOut.idle'));
  },
};
