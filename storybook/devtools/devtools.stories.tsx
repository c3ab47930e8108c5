import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { recordedProtocol } from '../../test/devtools/recordedProtocol.ts';
import { onStage, renderOnStage } from '../stage/onStage.tsx';
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

/** Closed, it takes no room. Open, the page makes room for it. */
export const Dock: Story = {
  name: 'docked at a side of the window',
  args: { position: 'bottom' },
  // Each story of a docs page would have its dock at the same place.
  parameters: { docs: { story: { inline: false, height: '42rem' } } },
  beforeEach: () => localStorage.removeItem('sessionchart.devtools'),
  async play(context) {
    const { canvas, userEvent } = context;
    const opener = { name: /^Session devtools/ };
    await userEvent.click(canvas.getByRole('button', opener));
    await userEvent.click(devtoolsOf(context).getByRole('button', { name: 'Right' }));
    await userEvent.click(devtoolsOf(context).getByRole('button', { name: 'Close' }));
    await expect(canvas.queryByRole('region', { name: 'Session devtools' })).toBeNull();
    await userEvent.click(canvas.getByRole('button', opener));
    await expect(canvas.getByRole('region', { name: 'Session devtools' })).toBeVisible();
  },
};

/** The steps of a sign-in with pushed requests and DPoP, and of a refresh that the provider refuses. They were recorded. */
export const OAuthSteps: Story = {
  name: 'the steps of OAuth',
  render: (_args, context) => renderOnStage(context, { auth: recordedProtocol() }),
  async play(context) {
    const steps = within(devtoolsOf(context).getByRole('table', { name: 'OAuth steps' }));
    await expect(steps.getByText('invalid_grant')).toBeVisible();
    await context.userEvent.click(steps.getByText('pushed authorization'));
    await expect(steps.getByText('code_challenge_method = S256')).toBeVisible();
  },
};
