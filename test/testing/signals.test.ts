import { describe, expect, it } from 'vitest';
import { createSignals, createTestSession } from '../../src/testing/index.ts';

function listen() {
  const signals = createSignals();
  const told: string[] = [];
  const stop = signals.subscribe((signal) => void told.push(signal));
  return { signals, told, stop };
}

describe('createSignals', () => {
  it('starts online and visible, and reports each change once', () => {
    const { signals, told } = listen();
    expect([signals.isOnline(), signals.isVisible()]).toEqual([true, true]);

    for (const value of [true, false, false, true]) {
      signals.setOnline(value);
      signals.setVisible(value);
    }
    expect(told).toEqual(['offline', 'hidden', 'online', 'visible']);
  });

  it('reports every wake', () => {
    const { signals, told } = listen();
    signals.wake();
    signals.wake();
    expect(told).toEqual(['woke', 'woke']);
  });

  it('reports its current values', () => {
    const { signals } = listen();
    signals.setOnline(false);
    signals.setVisible(false);
    expect([signals.isOnline(), signals.isVisible()]).toEqual([false, false]);
  });

  it('does not call unsubscribed listeners', () => {
    const { signals, told, stop } = listen();
    stop();
    signals.setOnline(false);
    signals.wake();
    expect(told).toEqual([]);
  });
});

describe('createTestSession', () => {
  it('does not refresh while the page is hidden', async () => {
    using world = await createTestSession({ accessTokenLifetime: 60 });
    world.signals.setVisible(false);
    await world.clock.advance(59_000);
    expect(world.server.counts().refresh).toBe(0);

    world.signals.setVisible(true);
    await world.clock.advance(1_000);
    expect(world.server.counts().refresh).toBe(1);
  });
});
