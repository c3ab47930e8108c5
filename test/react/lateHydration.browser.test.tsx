import { lazy, Suspense, type ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/index.ts';
import { SessionProvider, SignedIn, useRequiredSession, useSession } from '../../src/react/index.ts';
import { createTestSession, type TestSession } from '../../src/testing/index.ts';
import {
  button,
  complaints,
  hydrate,
  markMounted,
  note,
  Page,
  program,
  renderOnServer,
  serverSession,
  status,
  travelled,
} from './hydrating.tsx';
import { nameOf, reload } from './world.tsx';

describe('a deep subtree that hydrates later than the rest', () => {
  it.each([
    { when: 'restored', happen: ({ session }: TestSession) => session.ready(), then: 'authenticated ada' },
    { when: 'refreshed', happen: ({ session }: TestSession) => session.refresh(), then: 'authenticated ada' },
  ])('matches the server’s markup, although the session was $when before', async ({ happen, then }) => {
    using onServer = await serverSession();
    using world = await createTestSession();
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));
    const before = note().element();

    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const LazyPage = lazy(async () => {
      await arrived;
      return { default: Page };
    });
    hydrate(program(world.session, initialView, () => <LazyPage />));
    await happen(world);
    await expect.element(status()).toHaveTextContent(then);
    expect(note().element()).toBe(before);

    arrive();
    await expect.element(button()).toHaveAttribute('data-mounted');
    expect(note().element()).toBe(before);
    expect(complaints).toEqual([]);
  });

  it('is removed if the user has signed out in the meantime', async () => {
    using onServer = await serverSession();
    using world = await createTestSession();
    const initialView = travelled(onServer.session);
    await renderOnServer(program(onServer.session, initialView));
    const LazyPage = lazy(() => new Promise<{ default: () => ReactElement }>(() => undefined));
    hydrate(program(world.session, initialView, () => <LazyPage />));
    await expect.element(status()).toHaveTextContent('authenticated ada');

    await world.session.logout();
    await expect.element(status()).toHaveTextContent('loggedOut nobody');
    await expect.element(note()).not.toBeInTheDocument();
    expect(complaints).toEqual([]);
  });

  it('may be inside a component that reads the session', async () => {
    using onServer = await serverSession();
    using world = await createTestSession();
    const initialView = travelled(onServer.session);
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const LazyPage = lazy(async () => {
      await arrived;
      return { default: Page };
    });
    const Layout = ({ isLazy = false }: { readonly isLazy?: boolean }) => {
      const name = useSession((view) => nameOf(view.user));
      return (
        <>
          <output ref={markMounted}>{name}</output>
          <SignedIn>
            <Suspense fallback="Loading">{isLazy ? <LazyPage /> : <Page />}</Suspense>
          </SignedIn>
        </>
      );
    };
    const tree = (session: Session, isLazy: boolean) => (
      <SessionProvider session={session} initialView={initialView}>
        <Layout isLazy={isLazy} />
      </SessionProvider>
    );
    await renderOnServer(tree(onServer.session, false));
    const before = note().element();
    hydrate(tree(world.session, true));
    await expect.element(status()).toHaveAttribute('data-mounted');
    await world.session.refresh();
    arrive();
    await expect.element(button()).toHaveAttribute('data-mounted');
    expect(note().element()).toBe(before);
    expect(complaints).toEqual([]);
  });
});

describe('useRequiredSession() in hydrated markup', () => {
  const Account = () => <button ref={markMounted}>Sign out {nameOf(useRequiredSession().user)}</button>;
  const tree = (session: Session) => (
    <SessionProvider session={session}>
      <Suspense fallback="One moment">
        <Account />
      </Suspense>
    </SessionProvider>
  );

  it('keeps the markup until the session is restored, and then matches it', async () => {
    using onServer = await createTestSession();
    using world = await reload();
    await renderOnServer(tree(onServer.session));
    const before = button().element();
    expect(before.textContent).toBe('Sign out ada');

    hydrate(tree(world.session));
    await world.release();
    await expect.element(button()).toHaveAttribute('data-mounted');
    await expect.element(button()).toHaveTextContent('Sign out ada');
    expect(button().element()).toBe(before);
    expect(complaints).toEqual([]);
  });
});
