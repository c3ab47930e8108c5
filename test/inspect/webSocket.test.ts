import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createWebSocketInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { createInspectorServer } from '@statelyai/inspect/server';
import { describe, expect, test } from 'vitest';
import { containsCanary } from '../secrets/marker.ts';
import { begin, liveThrough } from './life.ts';
import { chartTold, chartWritten, statesOf, statesTold } from './told.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The inspector's own relay on a port, and a client that records everything it forwards. */
async function openRelay() {
  const stack = new DisposableStack();
  const port = await freePort();
  const url = `ws://localhost:${port}`;
  const relay = createInspectorServer({ port, autoOpen: false });
  stack.defer(() => relay.stop());
  const texts: string[] = [];
  const ear = new WebSocket(url);
  stack.defer(() => ear.close());
  ear.onmessage = ({ data }) => void texts.push(String(data));
  await once(ear, 'open');
  return {
    url,
    texts,
    messages: () => texts.map((text) => JSON.parse(text) as StatelyInspectionEvent),
    [Symbol.dispose]: () => stack.dispose(),
  };
}

describe('The Stately inspector over a WebSocket', () => {
  test('receives the chart and every state, and no secret', async () => {
    using relay = await openRelay();
    const inspector = createWebSocketInspector({ url: relay.url, serializationDepthLimit: 30 });
    using life = begin(inspector.inspect);
    await liveThrough(life);
    await expect.poll(() => statesTold(relay.messages())).toEqual(statesOf(life.session));
    inspector.stop();

    expect(chartTold(relay.messages())).toEqual(chartWritten());
    expect(relay.texts.filter(containsCanary)).toEqual([]);
    expect(life.heard.some(containsCanary)).toBe(true);
  });

  test('does not disturb the session once it is closed', async () => {
    using relay = await openRelay();
    const inspector = createWebSocketInspector({ url: relay.url });
    using life = begin(inspector.inspect);
    await life.session.login(life.credentials);
    await expect.poll(() => statesTold(relay.messages())).toEqual(statesOf(life.session));
    inspector.stop();
    await life.session.refresh();
    await life.session.logout();

    expect(life.session.getSnapshot().status).toBe('loggedOut');
    expect(statesTold(relay.messages()).at(-1)).toBe('authenticated.fresh');
  });

  test('does not disturb the session if no relay is running', async () => {
    const inspector = createWebSocketInspector({ url: 'ws://localhost:1', autoStart: false });
    using life = begin(inspector.inspect);
    await liveThrough(life);

    expect(life.session.getSnapshot().status).toBe('loggedOut');
  });
});
