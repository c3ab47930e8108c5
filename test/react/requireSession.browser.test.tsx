import { useState, type ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-react';
import { RequireSession, SessionProvider } from '../../src/react/index.ts';
import { createTestSession, type SessionState, type TestSession } from '../../src/testing/index.ts';
import { ada, grace, Name, reload } from './world.tsx';

/** A page with state that is lost when it is unmounted. */
function Page() {
  const [clicks, setClicks] = useState(0);
  return (
    <button onClick={() => setClicks(clicks + 1)}>
      {clicks} clicks by <Name />
    </button>
  );
}

const show = ({ session }: TestSession, children: ReactNode = <Page />) =>
  render(
    <SessionProvider session={session}>
      <RequireSession fallback="One moment" signedOut="Sign in" expired={<p>Sign in again</p>}>
        {children}
      </RequireSession>
    </SessionProvider>,
  );

describe('<RequireSession>', () => {
  it.each<[SessionState, string]>([
    ['anonymous.restoring', 'One moment'],
    ['anonymous.idle', 'Sign in'],
    ['anonymous.signingIn', 'Sign in'],
    ['authenticated.fresh', 'page'],
    ['authenticated.due.deferred', 'page'],
    ['refreshing.requesting', 'page'],
    ['refreshing.offline', 'page'],
    ['expired.idle', 'pageSign in again'],
    ['expired.signingIn', 'pageSign in again'],
    ['loggedOut', 'Sign in'],
  ])('in %s shows "%s"', async (state, text) => {
    using world = await createTestSession({ state });
    const screen = await show(world, 'page');
    expect(screen.container.textContent).toBe(text);
  });

  it('renders nothing for omitted properties', async () => {
    using world = await createTestSession({ state: 'anonymous.restoring' });
    const screen = await render(
      <SessionProvider session={world.session}>
        <RequireSession>page</RequireSession>
      </SessionProvider>,
    );
    expect(screen.container.textContent).toBe('');
    await world.release();
    await world.session.ready();
    expect(screen.container.textContent).toBe('');
  });

  it('replaces the fallback with the page when the session is restored', async () => {
    using world = await reload();
    const screen = await show(world);
    expect(screen.container.textContent).toBe('One moment');

    await world.release();
    await expect.element(screen.getByRole('button')).toHaveTextContent('0 clicks by ada');
  });

  it('keeps its children mounted through refreshes and an expiry, for the same user', async () => {
    using world = await createTestSession();
    const screen = await show(world);
    const page = screen.getByRole('button');
    await page.click();
    await page.click();
    const before = page.element();

    await world.session.refresh();
    world.server.expireRefreshTokens();
    await expect(world.session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    await expect.element(screen.getByText('Sign in again')).toBeVisible();
    await expect.element(page).toHaveTextContent('2 clicks by ada');
    await world.session.login(ada);
    await expect.element(screen.getByText('Sign in again')).not.toBeInTheDocument();

    await expect.element(page).toHaveTextContent('2 clicks by ada');
    expect(page.element()).toBe(before);
  });

  it('remounts its children for another user', async () => {
    using world = await createTestSession({ state: 'expired' });
    const screen = await show(world);
    const page = screen.getByRole('button');
    await page.click();
    await expect.element(page).toHaveTextContent('1 clicks by ada');

    await world.session.login(grace);
    await expect.element(page).toHaveTextContent('0 clicks by grace');
  });

  it('remounts its children after a logout, even for the same user', async () => {
    using world = await createTestSession();
    const screen = await show(world);
    const page = screen.getByRole('button');
    await page.click();
    await expect.element(page).toHaveTextContent('1 clicks by ada');

    await world.session.logout();
    await expect.element(page).not.toBeInTheDocument();
    await world.session.login(ada);
    await expect.element(page).toHaveTextContent('0 clicks by ada');
  });

  it('remounts its children when an adopted session belongs to another user', async () => {
    using world = await createTestSession();
    const screen = await show(world);
    await screen.getByRole('button').click();

    const user = { id: '2', username: 'grace', email: 'grace@example.com' };
    await world.session.adopt({ accessToken: 'from elsewhere', user });
    await expect.element(screen.getByRole('button')).toHaveTextContent('0 clicks by grace');
  });
});
