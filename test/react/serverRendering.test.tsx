import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Suspense, type ReactElement } from 'react';
import { renderToPipeableStream, renderToReadableStream, renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createSession, memoryStore, restContract, type Session } from '../../src/index.ts';
import {
  RequireSession,
  SessionExpired,
  SessionProvider,
  SignedIn,
  SignedOut,
  useRequiredSession,
} from '../../src/react/index.ts';
import {
  createManualClock,
  createTestServer,
  createTestSession,
  type Account,
  type PasswordCredentials,
  type TestServer,
} from '../../src/testing/index.ts';
import { ada, grace, Name, nameOf, Status } from './world.tsx';

const all = (
  <RequireSession fallback="One moment" signedOut="Sign in" expired="Sign in again">
    <SignedIn>{({ user }) => `Hello, ${nameOf(user)}`}</SignedIn>
    <SignedOut>signed out</SignedOut>
    <SessionExpired>expired</SessionExpired>
  </RequireSession>
);

/** Removes the comments that React puts between two texts. */
const shown = (html: string) => html.replaceAll('<!-- -->', '');

describe('a page that is rendered on the server', () => {
  it('without a view, shows only public content, whatever state its session has', async () => {
    using world = await createTestSession();
    const html = renderToString(
      <SessionProvider session={world.session}>
        <Status />
        {all}
      </SessionProvider>,
    );
    expect(shown(html)).toBe('<output>anonymous restoring nobody</output>One moment');
  });

  it.each([
    ['authenticated', 'Hello, ada'],
    ['refreshing', 'Hello, ada'],
    ['expired', 'expiredSign in again'],
    ['anonymous', 'Sign in'],
    ['loggedOut', 'Sign in'],
  ] as const)('with the view of a session that is %s shows: %s', async (state, text) => {
    using world = await createTestSession({ state });
    const html = renderToString(
      <SessionProvider session={world.session} initialView={world.session.getSnapshot()}>
        {all}
      </SessionProvider>,
    );
    expect(shown(html)).toBe(text);
  });

  it('shows one view from its first to its last byte, although the session changes', async () => {
    using world = await createTestSession();
    let goOn: () => void = () => undefined;
    let gone = false;
    const going = new Promise<void>((resolve) => {
      goOn = () => {
        gone = true;
        resolve();
      };
    });
    const Late = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- how a component suspends
      if (!gone) throw going;
      return <Name />;
    };
    const stream = await renderToReadableStream(
      <SessionProvider session={world.session} initialView={world.session.getSnapshot()}>
        <Name />
        <Suspense>
          <Late />
        </Suspense>
      </SessionProvider>,
    );
    await world.session.logout();
    goOn();
    const html = await new Response(stream).text();
    expect(html.match(/ada/g)).toHaveLength(2);
  });

  it('subscribes to nothing', async () => {
    using world = await createTestSession();
    const subscribe: Session['subscribe'] = () => {
      throw new Error('Nothing unsubscribes on a server');
    };
    const session: Session = { ...world.session, subscribe };
    const view = session.getSnapshot();
    expect(renderToString(<SessionProvider session={session} initialView={view} children={all} />)).toContain(
      'ada',
    );
  });
});

/** Handles a request like a server: with its own session, a page, and its view. */
async function handle(
  server: TestServer,
  credentials: PasswordCredentials,
  render: (page: ReactElement) => Promise<string>,
  after: Promise<unknown> = Promise.resolve(),
): Promise<{ html: string; json: string; tokens: string[] }> {
  const store = memoryStore<Account>();
  using session = createSession<Account, PasswordCredentials>({
    baseUrl: server.url,
    server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
    store,
    ky: { fetch: server.fetch },
    environment: { clock: createManualClock() },
  });
  await session.login(credentials);
  const view = session.getSnapshot();
  const record = await store.read('session');
  const tokens = record !== null && 'accessToken' in record ? [record.accessToken, record.refreshToken] : [];
  const Orders = createOrders(session, after);
  const html = await render(
    <SessionProvider session={session} initialView={view}>
      <Status />
      <Suspense fallback="Loading">
        <Orders />
      </Suspense>
    </SessionProvider>,
  );
  return { html, json: JSON.stringify(view), tokens: tokens.filter((token) => token !== null) };
}

/** A component that streams: it waits for the API, and for a promise of the test. */
function createOrders(session: Session, after: Promise<unknown>): () => ReactElement {
  let answer: string | undefined;
  const loading = (async () => {
    await after;
    answer = await session.api.get('api/me').text();
  })();
  return function Orders() {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- how a component suspends
    if (answer === undefined) throw loading;
    return (
      <p>
        <Name />
        {answer}
      </p>
    );
  };
}

const onTheWeb = async (page: ReactElement) => new Response(await renderToReadableStream(page)).text();

const onNode = (page: ReactElement) =>
  new Promise<string>((resolve, reject) => {
    const { pipe } = renderToPipeableStream(page, {
      onError: reject,
      onShellReady: () => resolve(text(pipe(new PassThrough()))),
    });
  });

describe.each([
  { how: 'renderToReadableStream', render: onTheWeb },
  { how: 'renderToPipeableStream', render: onNode },
])('two requests at the same time, streamed with $how', ({ render }) => {
  it('share nothing: each page shows its own user, from its first byte to its last', async () => {
    const server = createTestServer();
    let goOn: () => void = () => undefined;
    const bothAreRunning = new Promise<void>((resolve) => (goOn = resolve));
    const pages = Promise.all([
      handle(server, ada, render, bothAreRunning),
      handle(server, grace, render, bothAreRunning),
    ]);
    await expect.poll(() => server.counts().login).toBe(2);
    goOn();
    const [adas, graces] = await pages;

    expect(adas.html.match(/ada/g)?.length).toBeGreaterThan(2);
    expect(adas.html).not.toContain('grace');
    expect(graces.html.match(/grace/g)?.length).toBeGreaterThan(2);
    expect(graces.html).not.toContain('ada');
  });

  it('put no token and no password into the page or its view', async () => {
    const { html, json, tokens } = await handle(createTestServer(), ada, render);
    expect(tokens).toHaveLength(2);
    for (const secret of [...tokens, ada.password]) {
      expect(secret.length).toBeGreaterThan(7);
      expect(html).not.toContain(secret);
      expect(json).not.toContain(secret);
    }
    expect(JSON.parse(json)).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  });
});

describe('useRequiredSession() on the server', () => {
  const Greeting = () => <b>{nameOf(useRequiredSession().user)}</b>;
  const page = (session: Session) => (
    <SessionProvider session={session}>
      <main>
        <Suspense fallback="One moment">
          <Greeting />
        </Suspense>
      </main>
    </SessionProvider>
  );

  it('without a view, waits for the session and streams the result', async () => {
    const store = memoryStore<Account>();
    const before = await createTestSession({ session: { store } });
    before.dispose();
    using world = await createTestSession({
      state: 'anonymous.restoring',
      server: before.server,
      clock: before.clock,
      session: { store },
    });
    const stream = await renderToReadableStream(page(world.session));
    const chunks: string[] = [];
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      chunks.push(chunk);
      await world.release();
    }
    expect(chunks[0]).toContain('One moment');
    expect(chunks.slice(1).join('')).toContain('<b>ada</b>');
  });

  it('lets the client show that no user is signed in', async () => {
    using world = await createTestSession({ state: 'anonymous' });
    const errors: unknown[] = [];
    const stream = await renderToReadableStream(page(world.session), {
      onError: (error) => void errors.push(error),
    });
    const html = await new Response(stream).text();
    expect(html).toContain('One moment');
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_NOT_AUTHENTICATED' })]);
  });

  it('uses the view if there is one', async () => {
    using world = await createTestSession({ state: 'anonymous.restoring' });
    using other = await createTestSession();
    const html = renderToString(
      <SessionProvider session={world.session} initialView={other.session.getSnapshot()}>
        <Greeting />
      </SessionProvider>,
    );
    expect(html).toBe('<b>ada</b>');
  });
});
