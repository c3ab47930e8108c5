import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import type { WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

const minute = 60_000;
const dialog = { name: 'Are you still there?' };

/** `sessionchart/limits`: the user is warned a minute before the end. */
export default {
  ...onStage,
  title: 'Limits',
  args: { ...onStage.args, limits: { idle: 3 * minute, lifetime: 5 * minute } },
} satisfies Meta<WorldArgs>;

/** The user has been inactive, reads the warning, and chooses to stay. */
export const Stay: Story = {
  name: 'the user stays',
  async play(context) {
    const page = pageOf(context);
    await page.happens('1 minute later', '1 minute later');
    const warning = await page.findByRole('dialog', dialog);
    await expect(warning).toHaveTextContent('You will be signed out in 60 s.');
    await page.happens('10 seconds later');
    await waitFor(() => expect(warning).toHaveTextContent('You will be signed out in 50 s.'));
    await page.press('Stay signed in');
    await waitFor(() => expect(page.queryByRole('dialog', dialog)).toBeNull());
    await page.happens('1 minute later');
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

/** The user has left: the warning is shown, and then the sign-in form. The history names the limit. */
export const Leave: Story = {
  name: 'the user has left',
  async play(context) {
    const page = pageOf(context);
    await page.happens('1 minute later', '1 minute later');
    await page.findByRole('dialog', dialog);
    await page.happens('1 minute later');
    await expect(page.state()).toHaveTextContent('loggedOut.idle');
    await expect(page.queryByRole('dialog', dialog)).toBeNull();
    await expect((await context.canvas.findAllByText('limit.reached')).length).toBeGreaterThan(0);
  },
};

/** The lifetime cannot be extended, so the dialog does not offer it. */
export const Lifetime: Story = {
  name: 'the lifetime ends',
  args: { limits: { lifetime: 2 * minute } },
  async play(context) {
    const page = pageOf(context);
    await page.happens('1 minute later');
    const warning = await page.findByRole('dialog', dialog);
    await expect(warning).toHaveTextContent('Please finish your order.');
    await expect(page.queryByRole('button', { name: 'Stay signed in' })).toBeNull();
  },
};
