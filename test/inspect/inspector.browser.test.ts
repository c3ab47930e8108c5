import { createBrowserInspector } from '@statelyai/inspect';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { containsCanary } from '../secrets/marker.ts';
import { createInspectorPage, toldTo } from './inspectorPage.ts';
import { begin, liveThrough } from './life.ts';
import { chartTold, chartWritten, statesOf, statesTold } from './told.ts';

/** The inspector in an iframe of the page. */
function openInFrame() {
  const stack = new DisposableStack();
  const { url } = stack.use(createInspectorPage());
  const iframe = document.createElement('iframe');
  document.body.append(iframe);
  stack.defer(() => iframe.remove());
  const inspector = createBrowserInspector({ url, iframe, serializationDepthLimit: 30 });
  return {
    inspector,
    iframe,
    told: () => toldTo(iframe.contentWindow),
    [Symbol.dispose]: () => stack.dispose(),
  };
}

/** The inspector in its own window, which is the default. */
function openInWindow() {
  const stack = new DisposableStack();
  const { url } = stack.use(createInspectorPage());
  const inspector = createBrowserInspector({ url, serializationDepthLimit: 30 });
  const { targetWindow } = inspector.adapter;
  stack.defer(() => targetWindow?.close());
  return { inspector, told: () => toldTo(targetWindow), [Symbol.dispose]: () => stack.dispose() };
}

// The inspector sends when the page is idle, which may take long in a busy browser.
beforeEach(() => {
  vi.spyOn(window, 'requestIdleCallback').mockImplementation((callback) =>
    window.setTimeout(callback, 0, { didTimeout: false, timeRemaining: () => 0 }),
  );
});

describe.each([
  ['in a frame', openInFrame],
  ['in a window', openInWindow],
])('The Stately inspector %s', (_, open) => {
  test('receives the chart and every state, and no secret', async () => {
    using place = open();
    using life = begin(place.inspector.inspect);
    await liveThrough(life);
    await expect.poll(() => statesTold(place.told())).toEqual(statesOf(life.session));

    expect(chartTold(place.told())).toEqual(chartWritten());
    expect(place.told().filter((message) => containsCanary(JSON.stringify(message)))).toEqual([]);
    expect(life.heard.some(containsCanary)).toBe(true);
  });

  test('receives the reason why the session ended', async () => {
    using place = open();
    using life = begin(place.inspector.inspect);
    await liveThrough(life);
    await expect.poll(() => statesTold(place.told())).toEqual(statesOf(life.session));

    expect(place.told().at(-1)).toMatchObject({
      snapshot: { context: { reason: { type: 'server.sessionRevoked', code: 'SESSION_REVOKED' } } },
    });
  });
});

test('does not disturb the session when its frame is removed', async () => {
  using place = openInFrame();
  using life = begin(place.inspector.inspect);
  await life.session.login(life.credentials);
  await expect.poll(() => statesTold(place.told())).toEqual(statesOf(life.session));
  place.iframe.remove();
  await life.session.refresh();
  await life.session.logout();

  expect(life.session.getSnapshot().status).toBe('loggedOut');
});
