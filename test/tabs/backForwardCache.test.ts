import { describe, expect, test } from 'vitest';
import { findWhole, wholeBrowsers } from '../../scripts/browser/wholeBrowsers.ts';
import { bringBack, putAway, withBackForwardCache } from './faults.ts';
import { happeningsOf, untilShown } from './happenings.ts';
import { useTabs } from './world.ts';

const isWhole = findWhole(wholeBrowsers.chromium) !== null;
const world = useTabs({ browser: isWhole ? 'whole' : 'shell' });
const nobody = { status: 'anonymous', username: null };
const options = { refresh: { proactive: false, cooldown: 0 } };

describe.each(happeningsOf(world))('$name in another tab', (item) => {
  test('reaches a page in the back-forward cache as soon as it returns', async () => {
    const { tab, open } = await world.alone(options);
    const kept = await open({ ...options, faults: [withBackForwardCache] });
    await putAway(kept.page);
    await item.happen(tab);
    expect({ status: await kept.status(), username: await kept.username() }).toEqual({
      status: 'authenticated',
      username: 'ada',
    });
    await bringBack(kept.page);

    await untilShown(kept, item);
  });

  test('reaches a page that the user left and goes back to', async () => {
    const { tabs } = await world.signedIn(2, options);
    const [tab, left] = tabs;
    const loaded = await left.page.evaluate(() => performance.timeOrigin);
    await left.page.goto(`${world.pageUrl}/elsewhere`);
    await item.happen(tab);
    await left.page.goBack({ waitUntil: 'commit' });
    await left.restored();
    const isKept = (await left.page.evaluate(() => performance.timeOrigin)) === loaded;

    expect(isKept).toBe(isWhole);
    expect(await left.page.evaluate(() => window.page.persisted)).toBe(isKept);
    // If the browser keeps no page, the page is loaded again and knows only what is in the store.
    await untilShown(left, isKept || item.status === 'authenticated' ? item : nobody);
    expect(left.complaints).toEqual([]);
  });
});

test('a page that returns receives changes of the others again', async () => {
  const { tab, open } = await world.alone(options);
  const kept = await open({ ...options, faults: [withBackForwardCache] });
  await putAway(kept.page);
  await bringBack(kept.page);
  await tab.signOut();

  await untilShown(kept, { status: 'loggedOut', username: null });
});
