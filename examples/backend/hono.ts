import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { sessionHandler, webCookies } from 'sessionchart/server';
import { renderDocument } from './document.ts';
import { loadOrder } from './order.ts';
import { createSessions, type ApplicationOptions } from './sessions.ts';

/** A Hono application that renders pages for the signed-in user, and keeps the tokens out of the browser. */
export function createHonoApplication({ assets, ...options }: ApplicationOptions): Hono {
  const sessions = createSessions(options);
  const handle = sessionHandler(sessions);
  const app = new Hono();

  app.all('/auth/*', (context) => handle(context.req.raw));
  app.all('/api/*', (context) => handle(context.req.raw));
  app.get('/page.*', serveStatic({ root: assets }));

  app.get('/', async (context) => {
    const cookies = webCookies(context.req.raw);
    using session = await sessions.open(cookies);
    const order = await loadOrder(session);
    const { isSignedIn, user } = session.getSnapshot();
    return cookies.applyTo(await context.html(renderDocument(isSignedIn ? user : null, order)));
  });
  return app;
}
