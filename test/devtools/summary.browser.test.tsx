import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionDevtools } from '../../src/devtools/index.ts';
import { restContract } from '../../src/index.ts';
import { observeRequests } from '../../src/observe/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { credentials, facts, openDevtools, start, cause } from './world.tsx';

test('shows the user, the session and the generation of the tokens', async () => {
  const { panel, session, press, clock } = await openDevtools();
  const { sessionId } = session.actor.getSnapshot().context;
  const user = '{"id":"1","username":"ada","email":"ada@example.com"}';
  expect(facts()).toEqual({ User: user, Session: sessionId?.slice(0, 8), Generation: '1' });

  await press('Refresh now');
  await clock.advance(0);
  await expect.poll(() => facts()['Generation']).toBe('2');
  await press('Log out');
  await expect.poll(() => facts()['User']).toBe('none');
  await expect.element(panel).toHaveAttribute('data-status', 'loggedOut');
});

test('shows the stronger sign-in that requests wait for', async () => {
  const { session, server } = await openDevtools({ session: { hold: { whileStepUp: 60_000 } } });
  const challenge = 'Bearer error="insufficient_user_authentication", acr_values="gold", max_age="300"';
  server.intercept(
    'api',
    () => new Response(null, { status: 401, headers: { 'www-authenticate': challenge } }),
  );
  start(session.fetch('api/me'));
  await expect.poll(() => facts()['Waits for a sign-in']).toBe('acr_values gold, max_age 300 s');

  session.cancelStepUp();
  await expect.poll(() => facts()).not.toHaveProperty('Waits for a sign-in');
});

test('counts down to the expiry by the session’s clock', async () => {
  const { panel, clock, session } = await openDevtools({ accessTokenLifetime: 90 });
  const countdown = panel.getByRole('timer');
  await expect.element(countdown).toHaveTextContent('1:30');
  await clock.advance(1_000);
  await expect.element(countdown).toHaveTextContent('1:29');
  await clock.advance(28_500);
  await expect.element(countdown).toHaveTextContent('1:01');

  observeRequests(session).intercept(() => Response.error());
  await clock.advance(60_500);
  await expect.element(countdown).toHaveTextContent('expired');
});

test('counts long lifetimes in minutes, and shows an unknown lifetime', async () => {
  const { panel, clock, session } = await openDevtools({ accessTokenLifetime: 2 * 60 * 60 });
  const countdown = panel.getByRole('timer');
  await expect.element(countdown).toHaveTextContent('2 h 0 min');
  await clock.advance(60_000);
  await expect.element(countdown).toHaveTextContent('1 h 59 min');
  await session.adopt({ accessToken: 'without-a-lifetime' });
  await expect.element(countdown).toHaveTextContent('lifetime unknown');
});

test('leaves no timer when it is closed', async () => {
  const { clock, close } = await openDevtools({ session: { refresh: { proactive: false } } });
  await close();
  let timers = 0;
  const { schedule } = clock;
  clock.schedule = (callback, delay) => {
    timers += 1;
    return schedule(callback, delay);
  };
  await clock.advance(10_000);
  expect(timers).toBe(0);
});

test('shows why the session ended, with the server’s code and the machine’s description', async () => {
  const { force, press } = await openDevtools();
  await force('refresh', '400 invalid_grant');
  await press('Refresh now');
  await expect.poll(cause).toContain('server.refreshTokenInvalid 400 invalid_grant');
  expect(cause()).toContain('The server refuses the refresh token: the user must sign in again.');
});

test('shows that the application signed out', async () => {
  const { press } = await openDevtools();
  await press('Log out');
  await expect.poll(cause).toBe('session.logout The user signs out.');
});

test('shows that a sign-in failed after the session had ended', async () => {
  const { session, force, press } = await openDevtools();
  await press('Log out');
  await expect.poll(cause).toContain('session.logout');
  await force('login', '503');
  start(session.login(credentials));
  await expect.poll(cause).toContain('ERR_LOGIN_FAILED 503');
});

test('shows the last failure while the session stays', async () => {
  const { panel, force, press } = await openDevtools();
  await force('refresh', '503');
  await press('Refresh now');
  await expect.poll(cause).toContain('ERR_REFRESH_UNAVAILABLE 503');
  await expect.element(panel).toHaveAttribute('data-status', 'authenticated');
});

test('disables the refresh if the contract has none', async () => {
  const contract = restContract({ login: 'auth/login' });
  const { session } = await createTestSession({ contract, credentials });
  const { getByRole } = await render(<SessionDevtools session={session} />);
  await expect.element(getByRole('button', { name: 'Refresh now' })).toBeDisabled();
  await expect.element(getByRole('button', { name: 'Log out' })).toBeEnabled();
});

test('another session replaces the previous one and its data', async () => {
  const { session, request, panel, rerender } = await openDevtools();
  start(session.api.get('api/me'));
  await expect.element(request('/api/me')).toBeVisible();

  const other = await createTestSession({ state: 'anonymous' });
  await rerender({ session: other.session });
  await expect.element(panel).toHaveAttribute('data-status', 'anonymous');
  await expect.element(panel.getByText('No requests yet.')).toBeVisible();
});
