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
