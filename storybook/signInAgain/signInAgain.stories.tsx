import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, grace, type WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

const words = 'Message on the card';

/** `hold.whileExpired`: requests wait until the same user has signed in again. */
export default {
  ...onStage,
  title: 'Sign in again',
  args: { ...onStage.args, hold: { whileExpired: 10 * 60_000, timeout: 10 * 60_000 } },
} satisfies Meta<WorldArgs>;

/** The order is sent, and the form keeps its contents. */
export const SameUser: Story = {
  name: 'the same user',
  async play(context) {
    const page = pageOf(context);
    await page.type(words, 'Happy birthday,');
    await page.happens('Expire access tokens', 'Expire refresh tokens');
    await page.press('Order');
    await page.findByRole('dialog', { name: 'Sign in again' });
    await expect(page.notice()).toHaveTextContent('Sending your order …');
    await expect(page.getByLabelText(words)).toHaveValue('Happy birthday,');
    await page.counted('login 1, refresh 1, logout 0, api 1');

    await page.happens('1 minute later');
    await page.signIn(ada);
    await waitFor(() => expect(page.notice()).toHaveTextContent('Your order is placed.'));
    await expect(page.queryByRole('dialog')).toBeNull();
    await page.counted('login 2, refresh 1, logout 0, api 2');

    await page.type(words, ' dear Grace');
    await expect(page.getByLabelText(words)).toHaveValue('Happy birthday, dear Grace');
  },
};

/** The order is refused, and the other user does not see what the first one has typed. */
export const OtherUser: Story = {
  name: 'another user',
  async play(context) {
    const page = pageOf(context);
    await page.type(words, 'Happy birthday, dear Grace');
    await page.happens('Expire access tokens', 'Expire refresh tokens');
    await page.press('Order');
    await page.findByRole('dialog', { name: 'Sign in again' });

    await page.signIn(grace);
    await waitFor(() => expect(page.notice()).toHaveTextContent('Refused: it belongs to another user.'));
    await expect(page.getByText('grace')).toBeVisible();
    await expect(page.getByLabelText(words)).toHaveValue('');
    await page.counted('login 2, refresh 1, logout 0, api 1');
  },
};
