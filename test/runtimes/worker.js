// The smoke test as a module for Cloudflare Workers: the session is in the global scope, and each request uses it.
import { memoryStore } from 'sessionchart';
import { openSession, smoke } from './smoke.js';

const session = openSession(BASE_URL, memoryStore());

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/smoke') return Response.json(await smoke(session, BASE_URL));
    return session.fetch(`/api${pathname}`);
  },
};
