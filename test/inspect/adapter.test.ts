import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { describe, expect, test } from 'vitest';
import { hunt } from '../secrets/canary.ts';
import { containsCanary } from '../secrets/marker.ts';
import { begin, liveThrough, type Life } from './life.ts';
import { chartTold, chartWritten, statesOf, statesTold, type Told } from './told.ts';

/** An inspector that records its messages, like the adapters that forward them. */
function listen(options?: Parameters<typeof createInspector>[1]) {
  const messages: StatelyInspectionEvent[] = [];
  const { inspect } = createInspector({ send: (message) => void messages.push(message) }, options);
  return { inspect, messages };
}

/** Inspectors receive messages in idle time. */
const allTold = (messages: Told, { session }: Life) =>
  expect.poll(() => statesTold(messages)).toEqual(statesOf(session));

describe('The Stately inspector receives', () => {
  test('every state that the session goes through', async () => {
    const { inspect, messages } = listen();
    using life = begin(inspect);
    await liveThrough(life);
    await allTold(messages, life);

    expect(statesTold(messages)).toEqual(
      expect.arrayContaining([
        'anonymous.signingIn',
        'authenticated.fresh',
        'refreshing.backingOff',
        'expired.signingIn',
        'loggedOut.idle',
      ]),
    );
  });

  test('the cause of each transition, with the server’s code', async () => {
    const { inspect, messages } = listen();
    using life = begin(inspect);
    await liveThrough(life);
    await allTold(messages, life);

    expect(messages.at(-1)).toMatchObject({
      type: '@xstate.snapshot',
      event: { type: 'server.sessionRevoked', code: 'SESSION_REVOKED', status: 401 },
      snapshot: { value: { loggedOut: 'idle' }, context: { reason: { type: 'server.sessionRevoked' } } },
    });
  });

  test('the whole chart with its descriptions, if its depth limit is high enough', async () => {
    const { inspect, messages } = listen({ serializationDepthLimit: 30 });
    using life = begin(inspect);
    await life.session.ready();
    await allTold(messages, life);

    expect(chartTold(messages)).toEqual(chartWritten());
    expect(chartTold(messages)).toMatchObject({
      states: { expired: { description: expect.stringContaining('must sign in again') as unknown } },
    });
  });

  test('no token, no password and no user', async () => {
    const { inspect, messages } = listen({ serializationDepthLimit: 30 });
    using life = begin(inspect);
    await liveThrough(life);
    await allTold(messages, life);

    expect(hunt(messages)).toBeNull();
    expect(messages.filter((message) => containsCanary(JSON.stringify(message)))).toEqual([]);
    // The secrets were in use, and the search finds them in the requests.
    expect(life.heard.filter(containsCanary).length).toBeGreaterThan(8);
    expect(hunt([...messages, life.credentials])).not.toBeNull();
  });

  test('nothing more from a session that was disposed of', async () => {
    const { inspect, messages } = listen();
    using life = begin(inspect);
    await life.session.login(life.credentials);
    life.session.dispose();
    await expect.poll(() => messages.at(-1)).toMatchObject({ snapshot: { status: 'stopped' } });
    const told = messages.length;
    await expect(life.session.login(life.credentials)).rejects.toThrow();
    await life.clock.advance(120_000);

    // Messages arrive in order, so the first one after dispose() must be another session's.
    using other = begin(inspect);
    await expect.poll(() => messages.length).toBeGreaterThan(told);
    await other.session.ready();
    expect(messages[told]).toMatchObject({ type: '@xstate.actor', name: 'session' });
  });
});
