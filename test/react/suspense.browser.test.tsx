import { Suspense, type ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionProvider, useRequiredSession, useSession } from '../../src/react/index.ts';
import { createTestSession, type SessionState, type TestSession } from '../../src/testing/index.ts';
import { ada, Boundary, nameOf, reload } from './world.tsx';

function Account() {
  const { user, logout } = useRequiredSession();
  return <button onClick={() => void logout()}>Sign out {nameOf(user)}</button>;
}

/** The boundary renders its children again only for another session. */
function Guarded({ onError, children }: { onError: (error: unknown) => void; children: ReactNode }) {
  const key = useSession(({ isSignedIn, status }) => (isSignedIn ? 'signedIn' : status));
  return (
    <Boundary key={key} onError={onError}>
      {children}
    </Boundary>
  );
}

const program = ({ session }: Pick<TestSession, 'session'>, onError: (error: unknown) => void = vi.fn()) => (
  <SessionProvider session={session}>
    <Guarded onError={onError}>
      <Suspense fallback={<p>One moment</p>}>
        <Account />
      </Suspense>
    </Guarded>
  </SessionProvider>
);

/** Silences the console, where React logs the errors that a boundary catches. */
const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => undefined);

describe('useRequiredSession()', () => {
  it('suspends until the session is restored', async () => {
    using world = await reload();
    const screen = await render(program(world));
    await expect.element(screen.getByText('One moment')).toBeVisible();
    await world.release();
    await expect.element(screen.getByRole('button')).toHaveTextContent('Sign out ada');
    await expect.element(screen.getByText('One moment')).not.toBeInTheDocument();
  });

  it('never suspends for a refresh', async () => {
    using world = await createTestSession({ state: 'refreshing' });
    const screen = await render(program(world));
    await expect.element(screen.getByRole('button')).toHaveTextContent('Sign out ada');
    const before = screen.getByRole('button').element();
    await world.release();
    await world.session.refresh();
    expect(screen.getByRole('button').element()).toBe(before);
  });

  it.each<[SessionState, string, string | undefined]>([
    ['anonymous', 'ERR_NOT_AUTHENTICATED', undefined],
    ['anonymous.signingIn', 'ERR_NOT_AUTHENTICATED', undefined],
    ['expired', 'ERR_SESSION_EXPIRED', 'server.refreshTokenInvalid'],
    ['expired.signingIn', 'ERR_SESSION_EXPIRED', 'server.refreshTokenInvalid'],
    ['loggedOut', 'ERR_LOGGED_OUT', 'session.logout'],
  ])('in %s throws %s to the next error boundary', async (state, code, reason) => {
    quiet();
    using world = await createTestSession({ state });
    const onError = vi.fn();
    const screen = await render(program(world, onError));
    await expect.element(screen.getByRole('alert')).toBeVisible();
    expect(onError).toHaveBeenCalledTimes(1);
    const error: unknown = onError.mock.calls[0]?.[0];
    expect(error).toMatchObject(reason === undefined ? { code } : { code, reason: { type: reason } });
  });

  it('throws if the store contains no session', async () => {
    quiet();
    using world = await createTestSession({ state: 'anonymous.restoring' });
    const screen = await render(program(world));
    await expect.element(screen.getByText('One moment')).toBeVisible();
    await world.release();
    await expect
      .element(screen.getByRole('alert'))
      .toHaveTextContent('`useRequiredSession()` needs a session: call `login()` first');
  });

  it('throws if the session is disposed of before it is restored', async () => {
    quiet();
    using world = await createTestSession({ state: 'anonymous.restoring' });
    const onError = vi.fn();
    await render(program(world, onError));
    world.session.dispose();
    await expect.poll(() => onError.mock.calls).toHaveLength(1);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_SESSION_DISPOSED' }));
  });

  it('renders again after a sign-in, if the boundary is keyed by the status', async () => {
    quiet();
    using world = await createTestSession();
    const screen = await render(program(world));
    await screen.getByRole('button').click();
    await expect
      .element(screen.getByRole('alert'))
      .toHaveTextContent('The session was logged out (session.logout)');
    await world.session.login(ada);
    await expect.element(screen.getByRole('button')).toHaveTextContent('Sign out ada');
  });

  it('makes all components wait for the same promise', async () => {
    using world = await reload();
    const ready = vi.fn(world.session.ready);
    const session = { ...world.session, ready };
    const screen = await render(
      <SessionProvider session={session}>
        <Suspense>
          <Account />
        </Suspense>
        <Suspense>
          <Account />
          <Account />
        </Suspense>
      </SessionProvider>,
    );
    await world.release();
    await expect.poll(() => screen.getByRole('button').elements()).toHaveLength(3);
    expect(ready).toHaveBeenCalledTimes(1);
  });
});
