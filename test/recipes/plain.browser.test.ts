import { createTestServer } from 'sessionchart/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import html from '../../examples/recipes/plain.html?raw';

/** Loads the page's markup into this document, replaces the network with its server, and runs its script. */
async function openPage() {
  const server = createTestServer();
  vi.stubGlobal('fetch', server.fetch);
  onTestFinished(() => void vi.unstubAllGlobals());
  document.body.innerHTML = new DOMParser().parseFromString(html, 'text/html').body.innerHTML;
  await import('../../examples/recipes/plain.ts');
  return server;
}

test('A page without a framework reports a wrong password, signs in and signs out', async () => {
  const server = await openPage();
  const status = page.getByRole('status');
  const password = page.getByLabelText('Password');
  const signIn = page.getByRole('button', { name: 'Sign in' });
  await expect.element(status).toHaveTextContent('Signed out');

  await page.getByLabelText('Username').fill('ada');
  await password.fill('wrong');
  await signIn.click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Sign-in failed. Try again.');

  await password.fill('lovelace');
  await signIn.click();
  await expect.element(status).toHaveTextContent('Signed in as ada');
  await expect.element(password).not.toBeVisible();
  await expect.element(password).toHaveValue('');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.element(status).toHaveTextContent('Signed out');
  await expect.element(signIn).toBeVisible();
  expect(server.counts()).toMatchObject({ login: 2, api: 0 });
});
