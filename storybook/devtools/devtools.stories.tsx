import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, grace, type WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

const devtoolsOf = ({ canvas }: Pick<StoryContext, 'canvas'>) =>
  within(canvas.getByRole('region', { name: 'Session devtools' }));

/** The panel that shows a session to developers. */
export default {
  ...onStage,
  title: 'Devtools',
  parameters: { a11y: { context: { exclude: [] } } },
} satisfies Meta<WorldArgs>;

/** Two users, two refreshes, an expiry and a logout, all in the history. */
const wholeLife: Story = {
  args: { state: 'anonymous', dialect: 'coded' },
  async play({ step, ...context }) {
    const page = pageOf(context);
    const devtools = devtoolsOf(context);

    await step('Ada signs in, and her token expires between two calls', async () => {
      await page.signIn(ada);
      await page.press('Load orders');
      await page.happens('Expire access tokens');
      await page.press('Load orders');
      await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
      await devtools.findByRole('cell', { name: '401 T-002' });
    });

    await step('The refresh is refused, and Grace signs in', async () => {
      await page.happens('1 minute later', 'Expire refresh tokens', 'Expire access tokens');
      await page.press('Are you open?');
      await page.press('Load orders');
      await devtools.findByRole('cell', { name: '401 T-003' });
      await page.signIn(grace);
      await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
    });

    await step('Grace signs out', async () => {
      await page.happens('10 seconds later');
      await page.press('Load orders', 'Sign out');
      await waitFor(() => expect(page.state()).toHaveTextContent('loggedOut'));
    });
  },
};

export const Light: Story = {
  ...wholeLife,
  name: 'after a complete session, light',
  globals: { theme: 'light' },
};

export const Dark: Story = {
  ...wholeLife,
  name: 'after a complete session, dark',
  globals: { theme: 'dark' },
};

/** The next refresh gets the chosen response instead of the server's. */
export const ForceAnAnswer: Story = {
  name: 'force a response',
  args: { dialect: 'coded' },
  async play(context) {
    const { userEvent } = context;
    const page = pageOf(context);
    const devtools = devtoolsOf(context);

    await userEvent.selectOptions(devtools.getByLabelText('Requests'), 'refresh');
    await userEvent.selectOptions(devtools.getByLabelText('Response'), '401 T-003');
    await userEvent.click(devtools.getByRole('button', { name: 'Force' }));
    await expect(devtools.getByRole('list', { name: 'Forced responses' })).toHaveTextContent('401 T-003');

    await userEvent.click(devtools.getByRole('button', { name: 'Refresh now' }));
    await waitFor(() => expect(page.state()).toHaveTextContent('expired.idle'));
    await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
    await page.counted('refresh 0');
    await expect(devtools.queryByRole('list', { name: 'Forced responses' })).toBeNull();
  },
};
