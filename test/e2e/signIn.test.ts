import { expect, test } from 'vitest';
import { partsOf, signIn, useApplication } from './world.ts';

const world = useApplication();

test('signing in shows the stockroom, with every part loaded for the user', async () => {
  const { page } = await world.visit();
  await page.waitForURL('**/sign-in');
  await signIn(page, 'ada');

  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  await page.getByText('Loaded for ada@example.com').waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  expect(world.application.server.counts()).toEqual({ login: 1, refresh: 0, logout: 0, api: 7, refused: 0 });
});

test('a sign-in that fails says why, and the user name stays in the form', async () => {
  const { page } = await world.visit('/sign-in');
  const { server } = world.application;
  const problem = (hasText: string) => page.getByRole('alert').filter({ hasText }).waitFor();
  const reconnect = server.intercept('login', () => Response.error());
  await signIn(page, 'ada');
  await problem('cannot be reached');
  reconnect();

  const headers = { 'retry-after': '90', 'access-control-expose-headers': 'retry-after' };
  server.intercept('login', () => new Response(null, { status: 429, headers }), { times: 1 });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await problem('Please try again in 2 minutes.');

  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await problem('Incorrect user name or password');
  expect(await page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByLabel('User name').inputValue()).toBe('ada');
  // The password is selected: typing replaces it.
  await page.keyboard.type('lovelace');
  await page.keyboard.press('Enter');
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
});

test('opening an inner URL shows that page after the sign-in, of a test user that is filled in', async () => {
  const { page } = await world.visit('/parts/3');
  await page.waitForURL('**/sign-in?from=%2Fparts%2F3');
  await page.getByRole('button', { name: 'grace' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.waitForURL('**/parts/3');
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Part' }).locator(':checked').textContent())
    .toBe('Punched cards');
});

test('the sign-in never redirects to another site', async () => {
  const { page } = await world.visit('/sign-in?from=//example.com/');
  await signIn(page, 'ada');
  await partsOf(page, 'ada').first().waitFor();
  expect(page.url()).toBe(`${world.application.url}/`);

  for (const from of ['/\\example.com/', 'https://example.com/']) {
    await page.goto(`${world.application.url}/sign-in?from=${encodeURIComponent(from)}`);
    await partsOf(page, 'ada').first().waitFor();
    expect(page.url()).toBe(`${world.application.url}/`);
  }
});

test('a user who is not to be remembered is signed in until the browser is closed', async () => {
  const { page, context } = await world.visit('/sign-in');
  await page.getByLabel('Remember me on this device').uncheck();
  await signIn(page, 'ada');
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);

  const marks = (await context.cookies()).filter(({ name }) => name === 'sessionchart.session');
  expect(marks).toMatchObject([{ expires: -1 }]);
  await page.reload();
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
});
