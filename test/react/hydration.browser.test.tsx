import { Profiler } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Session } from '../../src/index.ts';
import { SessionProvider, useSession } from '../../src/react/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import {
  button,
  complaints,
  container,
  hydrate,
  note,
  program,
  renderOnServer,
  serverSession,
  status,
  travelled,
} from './hydrating.tsx';
import { grace, Name, reload, Status } from './world.tsx';

describe('hydrating without the server’s view', () => {
  it('starts with the server’s markup, even if the session was restored long before', async () => {
    using onServer = await createTestSession();
    using world = await createTestSession();
    await renderOnServer(program(onServer.session));
    expect(container.textContent).toBe('anonymous restoring nobodyOne moment');

    hydrate(program(world.session));
    await expect.element(status()).toHaveTextContent('authenticated ada');
    await expect.element(button()).toHaveTextContent('0 clicks by ada');
    expect(complaints).toEqual([]);
  });
});

describe('hydrating with the server’s view', () => {
  it('keeps the page until the session is restored, and then for the same user', async () => {
    using onServer = await serverSession();
    using world = await reload();
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));
    expect(container.textContent).toContain('authenticated ada');
    const before = note().element();
    await note().fill('typed before the program was there');

    hydrate(program(world.session, initialView));
    await expect.element(button()).toHaveAttribute('data-mounted');
    await button().click();
    await expect.element(button()).toHaveTextContent('1 clicks by ada');
    expect(world.session.getSnapshot().isRestoring).toBe(true);
    await expect.element(status()).toHaveTextContent('authenticated ada');

    await world.release();
    await world.session.ready();
    expect(world.session.getSnapshot().identity).not.toBe(initialView.identity);
    await world.session.refresh();
    await button().click();

    await expect.element(button()).toHaveTextContent('2 clicks by ada');
    expect(note().element()).toBe(before);
    await expect.element(note()).toHaveValue('typed before the program was there');
    expect(complaints).toEqual([]);
  });

  it('matches the server’s markup if the session was restored and refreshed before', async () => {
    using onServer = await serverSession();
    using world = await createTestSession();
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));
    const before = note().element();
    await world.clock.advance(60_000);
    expect(world.session.getSnapshot().expiresAt).not.toBe(initialView.expiresAt);

    hydrate(program(world.session, initialView));
    await expect.element(button()).toHaveAttribute('data-mounted');
    await button().click();
    await expect.element(button()).toHaveTextContent('1 clicks by ada');
    expect(note().element()).toBe(before);
    expect(complaints).toEqual([]);
  });

  it('renders a component once if it shows the same as on the server', async () => {
    using onServer = await serverSession();
    using world = await createTestSession();
    const initialView = travelled(onServer.session);
    const onRender = vi.fn();
    const tree = (session: Session) => (
      <SessionProvider session={session} initialView={initialView}>
        <Profiler id="name" onRender={onRender}>
          <Name />
        </Profiler>
        <Status />
      </SessionProvider>
    );
    await renderOnServer(tree(onServer.session));
    hydrate(tree(world.session));
    await world.session.logout();
    await expect.element(status()).toHaveTextContent('loggedOut nobody');

    // Once to hydrate, and once for the logout.
    expect(onRender).toHaveBeenCalledTimes(2);
    expect(complaints).toEqual([]);
  });

  it('remounts the page if the session belongs to another user', async () => {
    using onServer = await serverSession();
    using world = await reload(grace);
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));
    await note().fill('typed by ada');
    hydrate(program(world.session, initialView));
    await expect.element(button()).toHaveAttribute('data-mounted');
    await button().click();
    await expect.element(button()).toHaveTextContent('1 clicks by ada');

    await world.release();
    await expect.element(button()).toHaveTextContent('0 clicks by grace');
    await expect.element(note()).toHaveValue('');
    expect(complaints).toEqual([]);
  });

  it('shows the signed-out page if the browser’s session is gone', async () => {
    using onServer = await serverSession();
    using world = await createTestSession({ state: 'anonymous' });
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));

    hydrate(program(world.session, initialView));
    await expect.element(status()).toHaveTextContent('anonymous nobody');
    await expect.element(button()).not.toBeInTheDocument();
    expect(container.textContent).toContain('Sign in');
    expect(complaints).toEqual([]);
  });

  it('keeps the page if the session has expired in the meantime', async () => {
    using onServer = await serverSession();
    using world = await createTestSession({ state: 'expired' });
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));
    const before = note().element();

    hydrate(program(world.session, initialView));
    await expect.element(status()).toHaveTextContent('expired ada');
    expect(note().element()).toBe(before);
    expect(complaints).toEqual([]);
  });

  it('continues the server’s identity, which grows with the session’s', async () => {
    using onServer = await serverSession();
    using world = await createTestSession();
    const initialView = travelled(onServer.session);
    const identities: number[] = [];
    const Identity = () => {
      const identity = useSession((view) => view.identity);
      return <output ref={() => void identities.push(identity)}>{identity}</output>;
    };
    const tree = (session: Session) => (
      <SessionProvider session={session} initialView={initialView}>
        <Identity />
      </SessionProvider>
    );
    await renderOnServer(tree(onServer.session));
    hydrate(tree(world.session));
    await expect.poll(() => identities.length).toBeGreaterThan(0);
    expect(new Set(identities)).toEqual(new Set([initialView.identity]));

    await world.session.logout();
    await expect.element(status()).toHaveTextContent(String(initialView.identity + 1));
    await world.session.login(grace);
    await expect.element(status()).toHaveTextContent(String(initialView.identity + 2));
    expect(complaints).toEqual([]);
  });
});
