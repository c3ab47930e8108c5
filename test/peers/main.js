// A program that uses the built package with the least versions of the peer dependencies: `main.js <server URL>`.
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createSession, restContract } from 'sessionchart';
import { SessionProvider, useSession } from 'sessionchart/react';

const [, , baseUrl] = process.argv;
const session = createSession({
  baseUrl,
  server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
});

const getItem = async (n) => (await session.fetch(`/api/items/${n}`)).json();
const Name = () =>
  createElement(
    'p',
    null,
    useSession((view) => view.user?.username ?? 'no user'),
  );
const render = () => {
  const initialView = session.getSnapshot();
  return renderToString(createElement(SessionProvider, { session, initialView }, createElement(Name)));
};

await session.ready();
const before = render();
await session.login({ username: 'ada', password: 'lovelace' });

await fetch(`${baseUrl}/api/expire`);
let held;
const stop = session.subscribe(({ status }) => {
  if (status === 'refreshing') held ??= getItem(5);
});
const items = await Promise.all([
  ...[0, 1, 2].map(getItem),
  ...[3, 4].map((n) => session.api.get(`api/items/${n}`).json()),
]);
stop();
const signedIn = { items: items.length, held: (await held).user, html: render() };

await session.logout();
const afterLogout = await session.api
  .get('api/me', { context: { auth: 'required' } })
  .catch(({ code }) => code);
console.log(JSON.stringify({ before, ...signedIn, afterLogout, after: render() }));
session.dispose();
