import { StrictMode, Suspense, type ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import type { Session } from '../../src/index.ts';
import {
  RequireSession,
  SessionProvider,
  SignedIn,
  useRequiredSession,
  useSession,
} from '../../src/react/index.ts';
import { createManualClock, createTestSession, type ManualClock } from '../../src/testing/index.ts';
import { ada, grace, holdNext, Name, nameOf, reload, Status } from './world.tsx';

/** A session, and the number of its listeners. */
function counted(session: Session): { readonly session: Session; readonly listeners: () => number } {
  let listeners = 0;
  const subscribe: Session['subscribe'] = (listener) => {
    const { unsubscribe } = session.subscribe(listener);
    listeners += 1;
    const stop = () => {
      unsubscribe();
      listeners -= 1;
    };
    return Object.assign(() => stop(), { unsubscribe: stop });
  };
  return { session: { ...session, subscribe }, listeners: () => listeners };
}

/** A clock, and the number of its timers. */
function countedClock(): { readonly clock: ManualClock; readonly timers: () => number } {
  const clock = createManualClock();
  let timers = 0;
  return {
    timers: () => timers,
    clock: {
      ...clock,
      schedule(callback, delay) {
        timers += 1;
        let isOver = false;
        const end = () => {
          if (!isOver) timers -= 1;
          isOver = true;
        };
        const cancel = clock.schedule(() => {
          end();
          callback();
        }, delay);
        return () => {
          end();
          cancel();
        };
      },
    },
  };
}

/** All hooks and components together. */
const everything: ReactNode = (
  <RequireSession>
    <SignedIn>{({ user }) => <b>{nameOf(user)}</b>}</SignedIn>
    <Suspense>
      <Required />
    </Suspense>
    <Name />
    <Status />
  </RequireSession>
);

function Required() {
  return <i>{nameOf(useRequiredSession().user)}</i>;
}

describe('in StrictMode', () => {
  it('there is one machine, and nothing is left after unmounting', async () => {
    const { clock, timers } = countedClock();
    using world = await createTestSession({ clock });
    const { session, listeners } = counted(world.session);
    const before = { timers: timers(), history: session.history().length };

    const screen = await render(
      <StrictMode>
        <SessionProvider session={session}>{everything}</SessionProvider>
      </StrictMode>,
    );
    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated ada');
    expect(listeners()).toBeGreaterThan(0);
    expect(timers()).toBe(before.timers);
    expect(session.history()).toHaveLength(before.history);

    await clock.advance(60_000);
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 1 });
    await screen.unmount();

    expect(listeners()).toBe(0);
    expect(timers()).toBe(before.timers);
    expect(session.getSnapshot().status).toBe('authenticated');
    expect(session.actor.getSnapshot().status).toBe('active');
  });

  it('there is one subscription per hook, however often the application is mounted', async () => {
    using world = await createTestSession();
    const { session, listeners } = counted(world.session);
    const program = (
      <StrictMode>
        <SessionProvider session={session}>
          <Name />
          <Status />
        </SessionProvider>
      </StrictMode>
    );
    for (let round = 0; round < 3; round += 1) {
      const screen = await render(program);
      expect(listeners()).toBe(2);
      await screen.rerender(program);
      expect(listeners()).toBe(2);
      await screen.unmount();
      expect(listeners()).toBe(0);
    }
  });
});

describe('an application that is unmounted during a refresh', () => {
  it('leaves the refresh to the session, without timers or warnings', async () => {
    const warn = vi.spyOn(console, 'error');
    const { clock, timers } = countedClock();
    using world = await createTestSession({ clock });
    const { session, listeners } = counted(world.session);
    const quiet = timers();
    const screen = await render(<SessionProvider session={session}>{everything}</SessionProvider>);
    const letGo = holdNext(world, 'refresh');

    const refreshed = session.refresh();
    await expect.element(screen.getByRole('status')).toHaveTextContent('refreshing ada');
    await screen.unmount();
    expect(listeners()).toBe(0);
    letGo();
    await refreshed;

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
    expect(timers()).toBe(quiet);
    expect(warn).not.toHaveBeenCalled();
  });

  it('shows the outcome when it is mounted again', async () => {
    using world = await createTestSession({ state: 'refreshing' });
    const program = (
      <SessionProvider session={world.session}>
        <Status />
      </SessionProvider>
    );
    const first = await render(program);
    await expect.element(first.getByRole('status')).toHaveTextContent('refreshing ada');
    await first.unmount();
    await world.release();

    const second = await render(program);
    await expect.element(second.getByRole('status')).toHaveTextContent('authenticated ada');
  });
});

describe('hot reload', () => {
  it('of a component keeps the session of its module', async () => {
    using world = await createTestSession();
    const { session, listeners } = counted(world.session);
    const First = () => <p>first {nameOf(useSession().user)}</p>;
    const Second = () => <p>second {nameOf(useSession().user)}</p>;
    const program = (Greeting: () => ReactNode) => (
      <SessionProvider session={session}>
        <Greeting />
      </SessionProvider>
    );
    const screen = await render(program(First));
    await expect.element(screen.getByText('first ada')).toBeVisible();
    const moves = session.history().length;

    await screen.rerender(program(Second));
    await expect.element(screen.getByText('second ada')).toBeVisible();
    expect(session.history()).toHaveLength(moves);
    expect(listeners()).toBe(1);
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 0 });
  });

  it('of the session’s module shows the new session, and nothing of the old one', async () => {
    using world = await createTestSession();
    using next = await createTestSession({ credentials: grace });
    const old = counted(world.session);
    const program = (session: Session) => (
      <SessionProvider session={session}>
        <RequireSession>
          <input aria-label="Note" />
          <Status />
        </RequireSession>
      </SessionProvider>
    );
    const screen = await render(program(old.session));
    await screen.getByRole('textbox').fill('a note of ada');
    // As `import.meta.hot.dispose` does.
    world.dispose();
    await screen.rerender(program(next.session));

    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated grace');
    await expect.element(screen.getByRole('textbox')).toHaveValue('');
    expect(old.listeners()).toBe(0);
  });
});

describe('a session that is disposed of while mounted', () => {
  it('leaves the screen as it was', async () => {
    using world = await reload();
    await world.release();
    const screen = await render(
      <SessionProvider session={world.session}>
        <Status />
      </SessionProvider>,
    );
    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated ada');
    world.dispose();
    await expect(world.session.login(ada)).rejects.toMatchObject({ code: 'ERR_SESSION_DISPOSED' });
    await expect.element(screen.getByRole('status')).toHaveTextContent('authenticated ada');
  });
});
