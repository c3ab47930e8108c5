import type { Meta } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, type WorldArgs } from '../stage/World.ts';
import type { StateStory } from './StateStory.ts';

/** The refresh was refused. The page keeps its contents, and asks the user to sign in again. */
export default { ...onStage, title: 'States/expired' } satisfies Meta<WorldArgs>;

export const Expired: StateStory = {
  name: 'expired',
  args: { state: 'expired' },
  async play(context) {
    const page = pageOf(context);
    await page.press('Load orders');
    await waitFor(() => expect(page.orders()).toHaveTextContent('Refused: please sign in again.'));

    await page.signIn({ ...ada, password: 'byron' });
    await expect(await page.findByRole('alert')).toHaveTextContent('Incorrect name or password.');
    await expect(page.getByText('ada')).toBeVisible();
    await page.counted('login 2, refresh 1, logout 0, api 0');
    await expect(page.state()).toHaveTextContent('expired.idle');
  },
};

export const Idle: StateStory = {
  name: 'expired.idle',
  args: { state: 'expired.idle' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
    await expect(page.getByText('ada')).toBeVisible();

    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: please sign in again.'));
    await page.counted('api 0');
    await expect(page.state()).toHaveTextContent('expired.idle');
  },
};

export const SigningIn: StateStory = {
  name: 'expired.signingIn',
  args: { state: 'expired.signingIn' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Signing in …' })).toBeDisabled();

    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Refused: please sign in again.'));
    await page.counted('api 0');
    await expect(page.state()).toHaveTextContent('expired.signingIn');
  },
};

/** The server has accepted the password and asks for a code. */
export const Challenged: StateStory = {
  name: 'expired.challenged',
  args: { state: 'expired.challenged' },
  async play(context) {
    const page = pageOf(context);
    await page.fill('Code', '000000');
    await page.press('Send the code');
    await expect(await page.findByRole('alert')).toHaveTextContent('Wrong code.');
    await expect(page.state()).toHaveTextContent('expired.challenged.idle');

    await page.fill('Code', '123456');
    await page.press('Send the code');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
  },
};

export const ChallengedIdle: StateStory = {
  name: 'expired.challenged.idle',
  args: { state: 'expired.challenged.idle' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Enter your code' })).toBeVisible();

    await page.press('Back');
    await expect(await page.findByRole('form', { name: 'Please sign in again' })).toBeVisible();
    await expect(page.state()).toHaveTextContent('expired.idle');
  },
};

export const ChallengedSigningIn: StateStory = {
  name: 'expired.challenged.signingIn',
  args: { state: 'expired.challenged.signingIn' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('button', { name: 'Checking …' })).toBeDisabled();
    await expect(page.state()).toHaveTextContent('expired.challenged.signingIn');
  },
};
