import { describe, expect, it, vi } from 'vitest';
import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { render } from 'vitest-browser-react';
import type { Session, SessionView } from '../../src/index.ts';
import { SessionProvider, SignedIn, useRequiredSession, useSession } from '../../src/react/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { Boundary, Status } from './world.tsx';

/** Renders an element that throws, and returns the error. */
async function thrownBy(program: React.ReactNode): Promise<unknown> {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const onError = vi.fn();
  await render(<Boundary onError={onError}>{program}</Boundary>);
  expect(onError).toHaveBeenCalledTimes(1);
  return onError.mock.calls[0]?.[0];
}

describe('React and its DOM', () => {
  it('have the same version', () => {
    expect(domVersion).toBe(version);
  });
});

describe('without a <SessionProvider>', () => {
  const Selecting = () => <>{useSession((view) => view.status)}</>;
  const Requiring = () => <>{useRequiredSession().status}</>;

  it.each([
    { what: 'useSession()', program: <Status /> },
    { what: 'useSession(selector)', program: <Selecting /> },
    { what: 'useRequiredSession()', program: <Requiring /> },
    { what: '<SignedIn>', program: <SignedIn>signed in</SignedIn> },
  ])('$what throws an error with the cure', async ({ program }) => {
    const error = await thrownBy(program);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain('<SessionProvider session={session}>');
  });
});

describe('<SessionProvider>', () => {
  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['its options', { baseUrl: 'https://api.example.com' }, 'an object'],
    ['a function that makes one', () => undefined, 'a function'],
  ])('throws if `session` is %s', async (_what, wrong, received) => {
    const session = wrong as unknown as Session;
    expect(await thrownBy(<SessionProvider session={session} />)).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      message: `Expected \`<SessionProvider session>\` to be a session from \`createSession()\`, got ${received}`,
    });
  });

  it.each([
    ['a view as unparsed JSON', '{"status":"authenticated"}'],
    ['the user alone', { id: '1', username: 'ada' }],
  ])('throws if `initialView` is %s', async (_what, wrong) => {
    using world = await createTestSession();
    const view = wrong as unknown as SessionView;
    expect(await thrownBy(<SessionProvider session={world.session} initialView={view} />)).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: '<SessionProvider initialView>',
    });
  });

  it('shows the initial view until the session is restored, also without server rendering', async () => {
    using before = await createTestSession();
    using world = await createTestSession({ state: 'anonymous.restoring' });
    const initialView = before.session.getSnapshot();
    const screen = await render(
      <SessionProvider session={world.session} initialView={initialView}>
        <Status />
      </SessionProvider>,
    );
    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated ada');
    await world.release();
    await expect.element(screen.getByRole('status')).toHaveTextContent('anonymous nobody');
  });

  it('treats a signed-out view and an unnamed user as different', async () => {
    using world = await createTestSession({ state: 'anonymous' });
    const initialView: SessionView = {
      ...world.session.getSnapshot(),
      status: 'authenticated',
      isSignedIn: true,
      user: null,
      identity: 4,
    };
    const Identity = () => <output>{useSession(({ status, identity }) => `${status} ${identity}`)}</output>;
    const screen = await render(
      <SessionProvider session={world.session} initialView={initialView}>
        <Identity />
      </SessionProvider>,
    );
    await expect.element(screen.getByRole('status')).toHaveTextContent('anonymous 5');
  });

  it('shows another session without the initial view', async () => {
    using before = await createTestSession();
    using next = await createTestSession({ state: 'anonymous.restoring' });
    const program = ({ session }: { readonly session: Session }) => (
      <SessionProvider session={session} initialView={before.session.getSnapshot()}>
        <Status />
      </SessionProvider>
    );
    const screen = await render(program(before));
    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated ada');
    await screen.rerender(program(next));
    await expect.element(screen.getByRole('status')).toHaveTextContent('anonymous restoring nobody');
  });

  it('throws if `session` changes to something else', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    using world = await createTestSession();
    const onError = vi.fn();
    const program = (session: Session) => (
      <Boundary onError={onError}>
        <SessionProvider session={session}>hello</SessionProvider>
      </Boundary>
    );
    const screen = await render(program(world.session));
    await screen.rerender(program({} as unknown as Session));
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }));
  });

  it('accepts a new `initialView` object at each render', async () => {
    using world = await createTestSession();
    const program = () => (
      <SessionProvider session={world.session} initialView={{ ...world.session.getSnapshot() }}>
        <input aria-label="Note" />
        <Status />
      </SessionProvider>
    );
    const screen = await render(program());
    await screen.getByRole('textbox').fill('a note');
    const before = screen.getByRole('textbox').element();
    await screen.rerender(program());
    await world.session.logout();
    await screen.rerender(program());
    await expect.element(screen.getByRole('status')).toHaveTextContent('loggedOut nobody');
    expect(screen.getByRole('textbox').element()).toBe(before);
  });
});
