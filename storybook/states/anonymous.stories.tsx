import type { Meta } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { onStage } from '../stage/onStage.tsx';
import { pageOf } from '../stage/page.ts';
import { ada, type WorldArgs } from '../stage/World.ts';
import type { StateStory } from './StateStory.ts';

/** No user has signed in. Requests are sent without a token, after the store has been read. */
export default { ...onStage, title: 'States/anonymous' } satisfies Meta<WorldArgs>;

export const Anonymous: StateStory = {
  name: 'anonymous',
  args: { state: 'anonymous' },
  async play(context) {
    const page = pageOf(context);
    await page.signIn({ ...ada, password: 'byron' });
    await expect(await page.findByRole('alert')).toHaveTextContent('Incorrect name or password.');
    await expect(page.state()).toHaveTextContent('anonymous.idle');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  },
};

export const Restoring: StateStory = {
  name: 'anonymous.restoring',
  args: { state: 'anonymous.restoring' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('One moment, please …')).toBeVisible();
    await expect(page.queryByRole('button', { name: 'Sign in' })).toBeNull();

    await page.press('Are you open?');
    await expect(page.answers()).toHaveTextContent('Waiting …');
    await page.counted('api 0');
    await expect(page.state()).toHaveTextContent('anonymous.restoring');
  },
};

export const Reading: StateStory = {
  ...Restoring,
  name: 'anonymous.restoring.reading',
  args: { state: 'anonymous.restoring.reading' },
};

export const Requesting: StateStory = {
  name: 'anonymous.restoring.requesting',
  args: { state: 'anonymous.restoring.requesting' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('One moment, please …')).toBeVisible();
    await expect(page.queryByRole('button', { name: 'Sign in' })).toBeNull();

    await page.press('Are you open?');
    await expect(page.answers()).toHaveTextContent('Waiting …');
    await page.counted('login 0, refresh 1, logout 0, api 0');
    await expect(page.state()).toHaveTextContent('anonymous.restoring.requesting');
  },
};

export const BackingOff: StateStory = {
  name: 'anonymous.restoring.backingOff',
  args: { state: 'anonymous.restoring.backingOff' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByText('One moment, please …')).toBeVisible();

    await page.press('Are you open?');
    await expect(page.answers()).toHaveTextContent('Waiting …');
    await page.counted('login 0, refresh 1, logout 0, api 0');
    await expect(page.state()).toHaveTextContent('anonymous.restoring.backingOff');
  },
};

export const Idle: StateStory = {
  name: 'anonymous.idle',
  args: { state: 'anonymous.idle' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();

    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are not signed in.'));
    await page.counted('login 0, refresh 0, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('anonymous.idle');
  },
};

export const SigningIn: StateStory = {
  name: 'anonymous.signingIn',
  args: { state: 'anonymous.signingIn' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('button', { name: 'Signing in …' })).toBeDisabled();

    await page.press('Are you open?');
    await waitFor(() => expect(page.answers()).toHaveTextContent('Open. You are not signed in.'));
    await page.counted('login 1, refresh 0, logout 0, api 1, refused 0');
    await expect(page.state()).toHaveTextContent('anonymous.signingIn');
  },
};

/** The server has accepted the password and asks for a code. */
export const Challenged: StateStory = {
  name: 'anonymous.challenged',
  args: { state: 'anonymous.challenged' },
  async play(context) {
    const page = pageOf(context);
    await page.fill('Code', '000000');
    await page.press('Send the code');
    await expect(await page.findByRole('alert')).toHaveTextContent('Wrong code.');
    await expect(page.state()).toHaveTextContent('anonymous.challenged.idle');

    await page.fill('Code', '123456');
    await page.press('Send the code');
    await waitFor(() => expect(page.state()).toHaveTextContent('authenticated.fresh'));
  },
};

export const ChallengedIdle: StateStory = {
  name: 'anonymous.challenged.idle',
  args: { state: 'anonymous.challenged.idle' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('form', { name: 'Enter your code' })).toBeVisible();

    await page.press('Back');
    await expect(await page.findByRole('form', { name: 'Sign in' })).toBeVisible();
    await expect(page.state()).toHaveTextContent('anonymous.idle');
  },
};

export const ChallengedSigningIn: StateStory = {
  name: 'anonymous.challenged.signingIn',
  args: { state: 'anonymous.challenged.signingIn' },
  async play(context) {
    const page = pageOf(context);
    await expect(page.getByRole('button', { name: 'Checking …' })).toBeDisabled();
    await expect(page.state()).toHaveTextContent('anonymous.challenged.signingIn');
  },
};
