import { describe, expect, test } from 'vitest';
import { send, storedSession } from '../../store/peers/outcomes.ts';
import { openWorld, within } from '../../store/peers/world.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { due, hours, long, minutes, sleep, wake } from './day.ts';

describe('a hidden tab', () => {
  test('does not refresh', async () => {
    using world = openWorld(long);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(24 * hours);

    expect(world.refreshTimes()).toEqual([]);
    expect(tab.session.getSnapshot().status).toBe('authenticated');
  });

  test('that was opened hidden does not refresh', async () => {
    using world = openWorld(long);
    const [first] = await world.signedIn(1);
    const hidden = world.open({ isVisible: false });
    first.session.dispose();
    await world.clock.advance(24 * hours);

    expect(world.refreshTimes()).toEqual([]);
    expect(hidden.session.getSnapshot().status).toBe('authenticated');
  });

  test('refreshes at once when it is shown with a due token', async () => {
    using world = openWorld(long);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(2 * hours);
    tab.signals.setVisible(true);
    await world.clock.advance(0);

    expect(world.refreshTimes()).toEqual([2 * hours]);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'authenticated' });
    expect(await send(tab)).toBe(200);
  });

  test('does nothing when it is shown early, and refreshes when the token is due', async () => {
    using world = openWorld(long);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(5 * minutes);
    tab.signals.setVisible(true);
    await world.clock.advance(5 * minutes);
    expect(world.refreshTimes()).toEqual([]);
    await world.clock.advance(5 * minutes);

    expect(world.refreshTimes()).toEqual([due]);
  });

  test('still refreshes for a request that it makes', async () => {
    using world = openWorld(long);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(2 * hours);

    expect(await within(world, 1_000, send(tab))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('uses the tokens of the visible tab', async () => {
    using world = openWorld(long);
    const tabs = await world.signedIn(12);
    for (const { signals } of tabs.slice(1)) signals.setVisible(false);
    await world.clock.advance(hours);

    expect(world.refreshTimes()).toEqual([due, 2 * due, 3 * due, 4 * due]);
    const { accessToken } = storedSession(world);
    for (const { session } of tabs) expect(await session.accessToken()).toBe(accessToken);
  });

  test('refreshes before the expiry when it is shown and the other tab is hidden', async () => {
    using world = openWorld(long);
    const [one, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    other.signals.setVisible(false);
    await world.clock.advance(5 * minutes);
    one.signals.setVisible(false);
    other.signals.setVisible(true);
    await world.clock.advance(10 * minutes);

    expect(other.calls).toEqual([due]);
    expect(one.calls).toEqual([]);
  });
});

describe('a hidden tab, if the server refreshes live tokens only', () => {
  const live = { ...long, session: { server: { ...rotating, refreshesLiveTokensOnly: true } } };

  test('keeps its session all day', async () => {
    using world = openWorld(live);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(hours);

    expect(world.refreshTimes()).toEqual([due, 2 * due, 3 * due, 4 * due]);
    expect(await send(tab)).toBe(200);
  });

  test('expires without a call when it wakes after its token has expired', async () => {
    using world = openWorld(live);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await sleep(world, [tab], 2 * hours);
    wake([tab]);
    await world.clock.advance(0);

    expect(world.refreshTimes()).toEqual([]);
    expect(tab.session.getSnapshot()).toMatchObject({
      status: 'expired',
      reason: { type: 'accessToken.due' },
    });
    expect(tab.facts).toContain('session.expired');
  });

  test('continues with the tokens of a tab that did not sleep', async () => {
    using world = openWorld(live);
    const [sleeper, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    await sleep(world, [sleeper], 2 * hours);
    wake([sleeper]);
    await world.clock.advance(0);

    expect(sleeper.calls).toEqual([]);
    expect(await send(sleeper)).toBe(200);
    expect(other.session.getSnapshot().status).toBe('authenticated');
  });
});
