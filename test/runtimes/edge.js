import { openSession, smoke } from './smoke.js';

const session = openSession(BASE_URL);

addEventListener('fetch', (event) =>
  event.respondWith(smoke(session, BASE_URL).then((seen) => Response.json(seen))),
);
