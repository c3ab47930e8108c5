import { Profiler, type ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionExpired, SessionProvider, SignedIn, SignedOut, useSession } from '../../src/react/index.ts';
import { createTestSession, type SessionState, type TestSession } from '../../src/testing/index.ts';
import { ada, grace, holdNext, nameOf } from './world.tsx';

const show = ({ session }: TestSession, children: ReactNode) =>
  render(<SessionProvider session={session}>{children}</SessionProvider>);

const all = (
  <main>
    <SignedIn>signed in</SignedIn>
    <SignedOut>signed out</SignedOut>
    <SessionExpired>sign in again</SessionExpired>
  </main>
);

/** An ordinary form, whose inputs exist only in the page. */
function SignInForm() {
  const { login, isSigningIn, error } = useSession();
  const signIn = (data: FormData) =>
    login({ username: data.get('username'), password: data.get('password') }).catch(() => undefined);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn(new FormData(event.currentTarget));
      }}
    >
      <input name="username" aria-label="Name" />
      <input name="password" type="password" aria-label="Password" />
      <button disabled={isSigningIn}>Sign in</button>
      {error !== null && <p role="alert">{error.code}</p>}
    </form>
  );
}

describe('<SignedIn>, <SignedOut> and <SessionExpired>', () => {
  it.each<[SessionState, string]>([
    ['anonymous.restoring', ''],
    ['anonymous.idle', 'signed out'],
    ['anonymous.signingIn', 'signed out'],
    ['authenticated.fresh', 'signed in'],
    ['authenticated.due.ready', 'signed in'],
    ['authenticated.due.deferred', 'signed in'],
    ['refreshing.acquiring', 'signed in'],
    ['refreshing.requesting', 'signed in'],
    ['refreshing.backingOff', 'signed in'],
    ['refreshing.offline', 'signed in'],
    ['expired.idle', 'sign in again'],
    ['expired.signingIn', 'sign in again'],
    ['loggedOut', 'signed out'],
  ])('in %s show "%s" and nothing else', async (state, text) => {
    using world = await createTestSession({ state });
    const screen = await show(world, all);
    expect(screen.container.textContent).toBe(text);
  });

  it('pass the session to a function as children', async () => {
    using world = await createTestSession({ state: 'expired' });
    const screen = await show(
      world,
      <SessionExpired>{({ user, reason }) => `${nameOf(user)}: ${reason?.type ?? ''}`}</SessionExpired>,
    );
    expect(screen.container.textContent).toBe('ada: server.refreshTokenInvalid');
  });

  it('keep their children and the user during a refresh', async () => {
    using world = await createTestSession();
    const onRender = vi.fn();
    const screen = await show(
      world,
      <SignedIn>
        <Profiler id="children" onRender={onRender}>
          <input aria-label="Note" />
        </Profiler>
        <SignedIn>{({ user, status }) => <output>{`${status} ${nameOf(user)}`}</output>}</SignedIn>
      </SignedIn>,
    );
    const note = screen.getByRole('textbox');
    const status = screen.getByRole('status');
    await note.fill('half a thought');
    const before = note.element();

    for (let round = 0; round < 20; round += 1) {
      const letGo = holdNext(world, 'refresh');
      const refreshed = world.session.refresh();
      await expect.element(status).toHaveTextContent('refreshing ada');
      letGo();
      await refreshed;
      await expect.element(status).toHaveTextContent('authenticated ada');
    }

    expect(note.element()).toBe(before);
    await expect.element(note).toHaveValue('half a thought');
    expect(onRender).toHaveBeenCalledTimes(1);
  });

  it('keep the inputs of a sign-in form during a sign-in, and when it fails', async () => {
    using world = await createTestSession({ state: 'anonymous' });
    const screen = await show(
      world,
      <SignedOut>
        <SignInForm />
      </SignedOut>,
    );
    const letGo = holdNext(world, 'login');
    const name = screen.getByRole('textbox', { name: 'Name' });
    const button = screen.getByRole('button');
    await name.fill('ada');
    await screen.getByLabelText('Password').fill('guess');
    const before = name.element();

    await button.click();
    await expect.element(button).toBeDisabled();
    expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isSigningIn: true });
    letGo();
    await expect.element(screen.getByRole('alert')).toHaveTextContent('ERR_LOGIN_FAILED');

    expect(name.element()).toBe(before);
    await expect.element(name).toHaveValue('ada');
    await expect.element(screen.getByLabelText('Password')).toHaveValue('guess');

    await screen.getByLabelText('Password').fill(ada.password);
    await button.click();
    await expect.element(button).not.toBeInTheDocument();
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });

  it('keep a form after a logout when a new sign-in starts', async () => {
    using world = await createTestSession({ state: 'loggedOut' });
    const screen = await show(
      world,
      <SignedOut>
        <SignInForm />
      </SignedOut>,
    );
    world.server.intercept('login', () => new Response(null, { status: 503 }));
    await screen.getByRole('textbox', { name: 'Name' }).fill('grace');
    await screen.getByLabelText('Password').fill(grace.password);
    await screen.getByRole('button').click();
    await expect.element(screen.getByRole('alert')).toHaveTextContent('ERR_LOGIN_FAILED');
    expect(world.session.getSnapshot().status).toBe('anonymous');
    await expect.element(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('grace');
  });

  it('keep the form of an expired session during a sign-in, and when it fails', async () => {
    using world = await createTestSession({ state: 'expired' });
    const screen = await show(
      world,
      <SessionExpired>
        <SignInForm />
      </SessionExpired>,
    );
    const name = screen.getByRole('textbox', { name: 'Name' });
    await name.fill('ada');
    await screen.getByLabelText('Password').fill('guess');
    const before = name.element();
    await screen.getByRole('button').click();
    await expect.element(screen.getByRole('alert')).toHaveTextContent('ERR_LOGIN_FAILED');

    expect(name.element()).toBe(before);
    await expect.element(name).toHaveValue('ada');
  });
});

describe('<SignedIn>', () => {
  it('is remounted for another user, even without a sign-out in between', async () => {
    using world = await createTestSession();
    const screen = await show(
      world,
      <SignedIn>
        <input aria-label="Note" />
      </SignedIn>,
    );
    const note = screen.getByRole('textbox');
    await note.fill('a thought of ada');
    await world.session.refresh();
    await expect.element(note).toHaveValue('a thought of ada');

    const user = { id: '2', username: 'grace', email: 'grace@example.com' };
    await world.session.adopt({ accessToken: 'from elsewhere', user });
    await expect.element(note).toHaveValue('');
  });
});
