import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, type WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

/** `hold.whileStepUp`: a request that the server refuses waits until the user has confirmed the password. */
export default {
  ...onStage,
  title: 'Step-up',
  args: { ...onStage.args, hold: { whileStepUp: 10 * 60_000 } },
} satisfies Meta<WorldArgs>;

async function order(page: ReturnType<typeof pageOf>): Promise<void> {
  await page.happens('Ask for the password before an order');
  await page.type('Message on the card', 'Happy birthday');
  await page.press('Order');
  await page.findByRole('dialog', { name: 'Confirm your password' });
}

/** The user stays signed in meanwhile, and the order is sent again. */
export const Confirmed: Story = {
  name: 'the password is confirmed',
  async play(context) {
    const page = pageOf(context);
    await order(page);
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
    await page.press('Load orders');
    await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));

    await page.fill('Password', `not ${ada.password}`);
    await page.press('Confirm');
    await expect(await page.findByRole('alert')).toHaveTextContent('Incorrect password.');
    await page.fill('Password', ada.password);
    await page.press('Confirm');
    await waitFor(() => expect(page.notice()).toHaveTextContent('Your order is placed.'));
    await expect(page.queryByRole('dialog')).toBeNull();
    await expect(page.getByLabelText('Message on the card')).toHaveValue('Happy birthday');
  },
};

/** The order gets the server's own response. */
export const Cancelled: Story = {
  name: 'the user cancels',
  async play(context) {
    const page = pageOf(context);
    await order(page);
    await page.press('Cancel');
    await waitFor(() => expect(page.notice()).toHaveTextContent('Refused: something went wrong.'));
    await expect(page.queryByRole('dialog')).toBeNull();
    await expect(page.state()).toHaveTextContent('authenticated.fresh');
  },
};

/** The dialog, and the sign-in that the devtools show as pending. */
export const Asked: Story = {
  name: 'the password is asked for',
  play: (context) => order(pageOf(context)),
};
