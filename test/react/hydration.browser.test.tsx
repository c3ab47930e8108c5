import { lazy, Profiler, Suspense, useState, type ReactElement } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToReadableStream } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { Session, SessionView } from '../../src/index.ts';
import {
  RequireSession,
  SessionProvider,
  SignedIn,
  useRequiredSession,
  useSession,
} from '../../src/react/index.ts';
import { createTestSession, type TestSession } from '../../src/testing/index.ts';
import { ada, grace, Name, nameOf, reload, Status } from './world.tsx';

let container: HTMLElement;
let root: Root | undefined;
/** What React found wrong while hydrating, and said on the console. */
let complaints: unknown[];

beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
  complaints = [];
  vi.spyOn(console, 'error').mockImplementation((...values) => {
    // Here server and page are one program, which no program is.
    if (!String(values[0]).includes('multiple renderers')) complaints.push(...values);
  });
});

afterEach(() => {
  root?.unmount();
  root = undefined;
  container.remove();
});

async function renderOnServer(program: ReactElement): Promise<void> {
  const stream = await renderToReadableStream(program);
  await stream.allReady;
  container.innerHTML = await new Response(stream).text();
}

function hydrate(program: ReactElement): void {
  root = hydrateRoot(container, program, { onRecoverableError: (error) => complaints.push(error) });
}

/** What a server sends beside its page. */
function travelled(session: Session): SessionView {
  return JSON.parse(JSON.stringify(session.getSnapshot())) as SessionView;
}

/** A server's session for one request, which counts otherwise than the one of the page. */
async function serverSession(): Promise<TestSession> {
  const world = await createTestSession();
  await world.session.logout();
  await world.session.login(ada);
  expect(world.session.getSnapshot().identity).toBeGreaterThan(1);
  return world;
}

/** Shows a test that an element is React's by now. */
function markMounted(element: HTMLElement | null): void {
  element?.setAttribute('data-mounted', '');
}

function Page(): ReactElement {
  const [clicks, setClicks] = useState(0);
  return (
    <>
      <input aria-label="Note" />
      <button ref={markMounted} onClick={() => setClicks(clicks + 1)}>
        {clicks} clicks by <Name />
      </button>
    </>
  );
}

const program = (session: Session, initialView?: SessionView, Deep: () => ReactElement = Page) => (
  <SessionProvider session={session} initialView={initialView}>
    <Status />
    <RequireSession fallback="One moment" signedOut="Sign in">
      <Suspense fallback="Loading">
        <Deep />
      </Suspense>
    </RequireSession>
  </SessionProvider>
);

const status = () => page.getByRole('status');
const button = () => page.getByRole('button');
const note = () => page.getByRole('textbox');

describe('hydrating without a view of the server', () => {
  it('begins with what the server rendered, also where the session was restored long before', async () => {
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

describe('hydrating with the view of the server', () => {
  it('keeps the page as it is until the session is restored, and then for the same user', async () => {
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

  it('agrees with the server where the session was restored and refreshed before', async () => {
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

  it('renders a component once, where it shows what the server showed', async () => {
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

  it('mounts the page afresh where the session turns out to be another user’s', async () => {
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

  it('shows that nobody is signed in where the session of the page is gone', async () => {
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

  it('keeps the page beside a session that has expired meanwhile', async () => {
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

  it('gives an identity that goes on from the server’s, and grows as the session’s does', async () => {
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

describe('a deep subtree that hydrates later than the rest', () => {
  it.each([
    { when: 'restored', happen: ({ session }: TestSession) => session.ready(), then: 'authenticated ada' },
    { when: 'refreshed', happen: ({ session }: TestSession) => session.refresh(), then: 'authenticated ada' },
  ])('matches what the server rendered, though the session was $when before', async ({ happen, then }) => {
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

  it('is not there any more when the user has signed out meanwhile', async () => {
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

  it('may be inside of a component that reads the session itself', async () => {
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

describe('useRequiredSession() over what a server rendered', () => {
  const Account = () => <button ref={markMounted}>Sign out {nameOf(useRequiredSession().user)}</button>;
  const tree = (session: Session) => (
    <SessionProvider session={session}>
      <Suspense fallback="One moment">
        <Account />
      </Suspense>
    </SessionProvider>
  );

  it('keeps that until the session of the page is restored, and then agrees', async () => {
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
