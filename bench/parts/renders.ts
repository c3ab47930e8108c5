import { memoryAccounts } from '../../src/testing/index.ts';
import { startServer } from '../../test/referenceServer/server.ts';
import { startBrowser } from '../browser.ts';
import type { Figure, Part } from '../figure.ts';

const components = {
  Profile: 'useSession()',
  Status: 'useSession((view) => view.isSignedIn)',
} as const;

/** How often a component renders, in Chromium. */
const part: Part = async () => {
  await using server = await startServer({ accounts: memoryAccounts() });
  await using browser = await startBrowser();
  const figures: Figure[] = [];
  for (const [component, name] of Object.entries(components)) {
    const page = await browser.open(await browser.newContext(), server.url);
    const count = async (step: string) => {
      const value = await page.evaluate(() => window.bench.renders());
      figures.push({ name: `${name}: ${step}`, value, unit: 'renders' });
    };
    await page.evaluate(() => window.bench.signOut());
    await page.evaluate((shown) => window.bench.show(shown), component as keyof typeof components);
    await count('first render');
    await page.evaluate(() => window.bench.signIn());
    await count('sign-in');
    await page.evaluate(() => window.bench.send(100));
    await count('100 requests that get a 200');
    server.expireAccessTokens();
    await page.evaluate(() => window.bench.send(1000));
    await count('1,000 requests that wait for one refresh');
    await page.evaluate(() => window.bench.signOut());
    await count('sign-out');
  }
  return figures;
};

export default part;
