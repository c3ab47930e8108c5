// Runs the smoke test in workerd, the runtime of Cloudflare Workers: `inWorkerd.ts <folder> <server URL>`.
import { Miniflare } from 'miniflare';
import { bundle } from './bundle.ts';

const [folder = '', baseUrl = ''] = process.argv.slice(2);
const miniflare = new Miniflare({
  modules: true,
  script: await bundle(folder, 'worker.js', 'es', baseUrl),
  compatibilityDate: '2026-07-01',
});
const serve = (path: string) => miniflare.dispatchFetch(new URL(path, 'http://localhost'));
const seen: unknown = await (await serve('/smoke')).json();

// The session also serves other requests while one of them refreshes for all.
await fetch(new URL('/api/expire', baseUrl));
const later = await Promise.all([0, 1, 2].map(async (n) => (await serve(`/items/${n}`)).status));
console.log(JSON.stringify({ ...Object(seen), later }));
await miniflare.dispose();
