import { startBrowser } from '../browser.ts';
import type { Part } from '../figure.ts';
import { requestsOfEach } from '../requests.ts';
import { measureSharing, type Participant } from '../sharing.ts';

/** Tabs of Chromium that share one session in `localStorage`. */
const part: Part = async () => {
  await using browser = await startBrowser();
  return await measureSharing({
    name: 'Chromium',
    participants: 'tabs',
    async open(server, count) {
      const context = await browser.newContext();
      const tabs: Participant[] = [];
      for (let index = 0; index < count; index += 1) {
        const page = await browser.open(context, server.url);
        tabs.push(() => page.evaluate((requests) => window.bench.send(requests), requestsOfEach));
      }
      return tabs;
    },
  });
};

export default part;
