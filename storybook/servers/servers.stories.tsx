import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, type WorldArgs } from '../stage/World.ts';

type Story = StoryObj<WorldArgs>;

/** Five kinds of servers, one behaviour of the session. */
export default {
  ...onStage,
  title: 'Servers',
  args: { ...onStage.args, state: 'anonymous' },
  async play({ step, ...context }) {
    const page = pageOf(context);

    await step('The user signs in, and three calls carry the token', async () => {
      await page.signIn(ada);
      await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
      await page.press('Load orders');
      await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
      await page.counted('login 1, refresh 0, logout 0, api 3, refused 0');
    });

    await step('The token expires: three refusals, one refresh, three replays', async () => {
      await page.happens('Expire access tokens');
      await page.press('Load orders');
      await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
      await page.counted('login 1, refresh 1, logout 0, api 9, refused 3');
    });

    await step('The refresh is refused: the user must sign in again', async () => {
      await page.happens('10 seconds later', 'Expire refresh tokens', 'Expire access tokens');
      await page.press('Load orders');
      await waitFor(() => expect(page.orders()).toHaveTextContent('Refused: please sign in again.'));
      await page.counted('login 1, refresh 2, logout 0, api 12, refused 7');
      await expect(page.state()).toHaveTextContent('expired.idle');
    });

    await step('The user signs in again', async () => {
      await page.signIn(ada);
      await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
      await page.press('Load orders');
      await waitFor(() => expect(page.orders()).toHaveTextContent('3 orders'));
      await page.counted('login 2, refresh 2, logout 0, api 15, refused 7');
    });
  },
} satisfies Meta<WorldArgs>;

/** Every refresh replaces both tokens. */
export const Rotating: Story = { args: { dialect: 'rotating' } };

/** A code in the body names the problem. */
export const Coded: Story = { args: { dialect: 'coded' } };

/** 401 without a token, 403 with a bad one, and a logout endpoint. */
export const Express: Story = { args: { dialect: 'express' } };

/** One message means that the token has expired. */
export const Message: Story = { args: { dialect: 'message' } };

/** The new token comes in a response header. */
export const Header: Story = { args: { dialect: 'header' } };
