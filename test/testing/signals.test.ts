import { describe, expect, it } from 'vitest';
import { createSignals, createTestSession } from '../../src/testing/index.ts';

function listen() {
  const signals = createSignals();
  const told: string[] = [];
  const stop = signals.subscribe((signal) => void told.push(signal));
  return { signals, told, stop };
}

describe('createSignals', () => {
  it('begins online and visible, and tells each change once', () => {
    const { signals, told } = listen();
    expect([signals.isOnline(), signals.isVisible()]).toEqual([true, true]);

    for (const value of [true, false, false, true]) {
      signals.setOnline(value);
      signals.setVisible(value);
    }
    expect(told).toEqual(['offline', 'hidden', 'online', 'visible']);
  });

  it('wakes as often as it is told to', () => {
    const { signals, told } = listen();
    signals.wake();
    signals.wake();
    expect(told).toEqual(['woke', 'woke']);
  });

  it('says of itself what it has told', () => {
    const { signals } = listen();
    signals.setOnline(false);
    signals.setVisible(false);
    expect([signals.isOnline(), signals.isVisible()]).toEqual([false, false]);
  });

  it('tells nothing to those who have stopped listening', () => {
    const { signals, told, stop } = listen();
    stop();
    signals.setOnline(false);
    signals.wake();
    expect(told).toEqual([]);
  });
});

describe('createTestSession', () => {
  it('hides the session from view: nobody is there for whom a token would be refreshed', async () => {
    using world = await createTestSession({ accessTokenLifetime: 60 });
    world.signals.setVisible(false);
    await world.clock.advance(59_000);
    expect(world.server.counts().refresh).toBe(0);

    world.signals.setVisible(true);
    await world.clock.advance(1_000);
    expect(world.server.counts().refresh).toBe(1);
  });
});
