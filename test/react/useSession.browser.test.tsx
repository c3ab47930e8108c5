import { Profiler, useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionProvider, useSession, type CurrentSession } from '../../src/react/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { ada, grace, Name, nameOf, Status } from './world.tsx';

describe('useSession()', () => {
  it('returns the current view, and follows its changes', async () => {
    using world = await createTestSession({ state: 'anonymous' });
    const screen = await render(
      <SessionProvider session={world.session}>
        <Status />
      </SessionProvider>,
    );
    const status = screen.getByRole('status');

    await expect.element(status).toHaveTextContent('anonymous nobody');
    await world.session.login(ada);
    await expect.element(status).toHaveTextContent('authenticated ada');
    await world.session.logout();
    await expect.element(status).toHaveTextContent('loggedOut nobody');
  });

  it('returns stable functions that work without the session object', async () => {
    using world = await createTestSession({ state: 'anonymous' });
    const seen: CurrentSession[] = [];
    const Watch = () => {
      const current = useSession();
      const note = () => seen.push(current);
      return (
        <Profiler id="watch" onRender={note}>
          <button onClick={() => void current.login(ada)}>Sign in</button>
          <button onClick={() => void current.refresh()}>Refresh</button>
          <button onClick={() => void current.logout()}>Sign out</button>
          <output>{current.status}</output>
        </Profiler>
      );
    };
    const screen = await render(
      <SessionProvider session={world.session}>
        <Watch />
      </SessionProvider>,
    );

    await screen.getByRole('button', { name: 'Sign in' }).click();
    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated');
    await screen.getByRole('button', { name: 'Refresh' }).click();
    await expect.poll(() => world.server.counts().refresh).toBe(1);
    await screen.getByRole('button', { name: 'Sign out' }).click();
    await expect.element(screen.getByRole('status')).toHaveTextContent('loggedOut');

    expect(seen.length).toBeGreaterThan(3);
    for (const name of ['login', 'refresh', 'logout'] as const) {
      expect(new Set(seen.map((current) => current[name]))).toEqual(new Set([world.session[name]]));
    }
  });

  it('returns the same object until something changes', async () => {
    using world = await createTestSession();
    const seen = new Set<CurrentSession>();
    const Watch = () => {
      const current = useSession();
      return <Profiler id="watch" onRender={() => seen.add(current)} children={current.status} />;
    };
    const program = () => (
      <SessionProvider session={world.session}>
        <Watch />
      </SessionProvider>
    );
    const screen = await render(program());
    await screen.rerender(program());
    await screen.rerender(program());

    expect(seen.size).toBe(1);
  });
});

describe('useSession(selector)', () => {
  it('never re-renders a component that shows the user’s name during a hundred refreshes', async () => {
    using world = await createTestSession();
    const onName = vi.fn();
    const onExpiry = vi.fn();
    const Expiry = () => <time>{useSession((view) => view.expiresAt)}</time>;
    const screen = await render(
      <SessionProvider session={world.session}>
        <Profiler id="name" onRender={onName} children={<Name />} />
        <Profiler id="expiry" onRender={onExpiry} children={<Expiry />} />
      </SessionProvider>,
    );
    expect(onName).toHaveBeenCalledTimes(1);

    for (let round = 0; round < 100; round += 1) await world.clock.advance(60_000);

    // The component that reads the expiry has rendered for each refresh.
    const { expiresAt } = world.session.getSnapshot();
    await expect.element(screen.getByRole('time')).toHaveTextContent(String(expiresAt));
    expect(world.server.counts().refresh).toBeGreaterThanOrEqual(100);
    expect(onExpiry.mock.calls.length).toBeGreaterThanOrEqual(100);
    expect(onName).toHaveBeenCalledTimes(1);
    await expect.element(screen.getByTestId('name')).toHaveTextContent('ada');
  });

  it('re-renders when the selected value changes', async () => {
    using world = await createTestSession();
    const screen = await render(
      <SessionProvider session={world.session}>
        <Name />
      </SessionProvider>,
    );
    await world.session.logout();
    await world.session.login(grace);
    await expect.element(screen.getByTestId('name')).toHaveTextContent('grace');
  });

  it('compares with the caller’s function', async () => {
    using world = await createTestSession();
    const onRender = vi.fn();
    const Name = () => {
      const who = useSession(
        (view) => ({ name: nameOf(view.user) }),
        (before, now) => before.name === now.name,
      );
      return <p data-testid="name">{who.name}</p>;
    };
    const screen = await render(
      <SessionProvider session={world.session}>
        <Profiler id="name" onRender={onRender} children={<Name />} />
        <Status />
      </SessionProvider>,
    );

    for (let round = 0; round < 10; round += 1) await world.session.refresh();
    expect(onRender).toHaveBeenCalledTimes(1);

    await world.session.logout();
    await expect.element(screen.getByTestId('name')).toHaveTextContent('nobody');
    expect(onRender).toHaveBeenCalledTimes(2);
  });

  it('accepts another selector at each render', async () => {
    using world = await createTestSession();
    const Field = () => {
      const [field, setField] = useState<'status' | 'identity'>('status');
      const value = useSession((view) => view[field]);
      return <button onClick={() => setField('identity')}>{value}</button>;
    };
    const screen = await render(
      <SessionProvider session={world.session}>
        <Field />
      </SessionProvider>,
    );
    await screen.getByRole('button', { name: 'authenticated' }).click();
    await expect.element(screen.getByRole('button')).toHaveTextContent('1');
  });

  it('never calls a selector on a view that is not shown', async () => {
    using world = await createTestSession();
    const views: unknown[] = [];
    const Careless = () => {
      const name = useSession((view) => {
        views.push(view.user);
        return nameOf(view.user);
      });
      return <p>{name}</p>;
    };
    await render(
      <SessionProvider session={world.session}>
        <Careless />
      </SessionProvider>,
    );
    expect(new Set(views)).toEqual(new Set([world.session.getSnapshot().user]));
  });
});

describe('all components of an application', () => {
  it('show the same view in each commit', async () => {
    using world = await createTestSession();
    const commits = new Set<string>();
    const Both = () => {
      const outer = useSession((view) => view.expiresAt);
      return <Inner outer={outer} />;
    };
    const Inner = ({ outer }: { readonly outer: number | null }) => {
      const inner = useSession((view) => view.expiresAt);
      const agreed = inner === outer ? 'same' : 'torn';
      return <Profiler id="inner" onRender={() => commits.add(agreed)} children={agreed} />;
    };
    await render(
      <SessionProvider session={world.session}>
        <Both />
      </SessionProvider>,
    );
    for (let round = 0; round < 10; round += 1) await world.clock.advance(60_000);
    expect(commits).toEqual(new Set(['same']));
  });
});

describe('two sessions in two providers', () => {
  it('do not mix', async () => {
    using one = await createTestSession();
    using other = await createTestSession({ credentials: grace });
    const screen = await render(
      <>
        <SessionProvider session={one.session}>
          <section aria-label="one">
            <Status />
            <SessionProvider session={other.session}>
              <aside>
                <Status />
              </aside>
            </SessionProvider>
          </section>
        </SessionProvider>
      </>,
    );
    const outer = screen.getByRole('region').getByRole('status').first();
    const inner = screen.getByRole('complementary').getByRole('status');
    await expect.element(outer).toHaveTextContent('authenticated ada');
    await expect.element(inner).toHaveTextContent('authenticated grace');

    await other.session.logout();
    await expect.element(inner).toHaveTextContent('loggedOut nobody');
    await expect.element(outer).toHaveTextContent('authenticated ada');
  });
});
