import type { RequestListener } from 'node:http';
import { createRequest, createRequestListener } from '@remix-run/node-fetch-server';
import express from 'express';
import { sessionHandler, webCookies } from 'sessionchart/server';
import { renderDocument } from './document.ts';
import { loadOrder } from './order.ts';
import { createSessions, type ApplicationOptions } from './sessions.ts';

/** An Express application that renders pages for the signed-in user, and keeps the tokens out of the browser. */
export function createExpressApplication({ assets, ...options }: ApplicationOptions): RequestListener {
  const sessions = createSessions(options);
  const app = express();

  // Before any body parser, as the handler reads the body.
  app.all(['/auth/*path', '/api/*path'], createRequestListener(sessionHandler(sessions)));
  app.use(express.static(assets));

  app.get('/', async (request, response) => {
    const cookies = webCookies(createRequest(request, response));
    using session = await sessions.open(cookies);
    const order = await loadOrder(session);
    const { isSignedIn, user } = session.getSnapshot();
    response.appendHeader('Set-Cookie', cookies.applyTo(new Response()).headers.getSetCookie());
    response.send(String(await renderDocument(isSignedIn ? user : null, order)));
  });
  return app;
}
