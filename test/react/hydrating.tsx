import { Suspense, useState, type ReactElement } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToReadableStream } from 'react-dom/server';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { Session, SessionView } from '../../src/index.ts';
import { RequireSession, SessionProvider } from '../../src/react/index.ts';
import { createTestSession, type TestSession } from '../../src/testing/index.ts';
import { ada, Name, Status } from './world.tsx';

export let container: HTMLElement;
let root: Root | undefined;
/** The problems that React logged while hydrating. */
export let complaints: unknown[];

beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
  complaints = [];
  vi.spyOn(console, 'error').mockImplementation((...values) => {
    // In this test, server and page are one process.
    if (!String(values[0]).includes('multiple renderers')) complaints.push(...values);
  });
});

afterEach(() => {
  root?.unmount();
  root = undefined;
  container.remove();
});

export async function renderOnServer(program: ReactElement): Promise<void> {
  const stream = await renderToReadableStream(program);
  await stream.allReady;
  container.innerHTML = await new Response(stream).text();
}

export function hydrate(program: ReactElement): void {
  root = hydrateRoot(container, program, { onRecoverableError: (error) => complaints.push(error) });
}

/** The data that a server sends with its page. */
export function travelled(session: Session): SessionView {
  return JSON.parse(JSON.stringify(session.getSnapshot())) as SessionView;
}

/** A server's session for one request, whose `identity` differs from the page's. */
export async function serverSession(): Promise<TestSession> {
  const world = await createTestSession();
  await world.session.logout();
  await world.session.login(ada);
  expect(world.session.getSnapshot().identity).toBeGreaterThan(1);
  return world;
}

/** Marks an element that React has hydrated. */
export function markMounted(element: HTMLElement | null): void {
  element?.setAttribute('data-mounted', '');
}

export function Page(): ReactElement {
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

export const program = (session: Session, initialView?: SessionView, Deep: () => ReactElement = Page) => (
  <SessionProvider session={session} initialView={initialView}>
    <Status />
    <RequireSession fallback="One moment" signedOut="Sign in">
      <Suspense fallback="Loading">
        <Deep />
      </Suspense>
    </RequireSession>
  </SessionProvider>
);

export const status = () => page.getByRole('status');
export const button = () => page.getByRole('button');
export const note = () => page.getByRole('textbox');
