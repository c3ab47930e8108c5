// Two stores of one file: what one writes, the other reads and hears, and their locks exclude each other.
import { join } from 'node:path';
import { fileStore } from 'sessionchart/node';

const path = join(import.meta.dirname, 'data', 'session.json');
const [one, other] = [fileStore({ path }), fileStore({ path })];
const issuedAt = Date.now();
const tokens = { accessToken: 'access', refreshToken: 'refresh', issuedAt, expiresAt: null };
const heard = new Promise((resolve) => {
  const stop = other.watch('session', () => resolve(stop()));
});
await one.update('session', () => ({
  version: 1,
  sessionId: 'a-session',
  generation: 1,
  user: null,
  ...tokens,
}));
await heard;

const order = [];
const hold = async (name) => {
  order.push(`${name} begins`);
  await new Promise((resolve) => setTimeout(resolve, 30));
  order.push(`${name} ends`);
};
const options = { signal: new AbortController().signal, timeout: 10_000 };
await Promise.all([one, other].map((store) => store.lock('session', () => hold('each'), options)));
console.log(JSON.stringify({ read: (await other.read('session')).sessionId, order, missing: one.missing }));
