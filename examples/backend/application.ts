import { Hono } from 'hono';
import { html } from 'hono/html';
import { restContract } from 'sessionchart';
import { serverSessions, sessionHandler, webCookies } from 'sessionchart/server';

interface User {
  readonly username: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ApplicationOptions {
  /** The URL of the API, without a trailing slash. */
  readonly apiUrl: string;
  /** At least 32 characters. */
  readonly secret: string;
  /** The bundle of page.ts. */
  readonly script: string;
}

/** A web server that renders pages for the signed-in user, and keeps the tokens out of the browser. */
export function createApplication({ apiUrl, secret, script }: ApplicationOptions): Hono {
  const sessions = serverSessions<User, Credentials>({
    baseUrl: `${apiUrl}/api/`,
    server: restContract({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
    secret,
    // Browsers send a cookie with `Secure` to localhost only over HTTPS. Leave this out in production.
    cookie: { secure: false },
  });
  const handle = sessionHandler(sessions);
  const app = new Hono();

  app.all('/auth/*', (context) => handle(context.req.raw));
  app.all('/api/*', (context) => handle(context.req.raw));
  app.get('/page.js', (context) => context.body(script, 200, { 'content-type': 'text/javascript' }));

  app.get('/', async (context) => {
    const cookies = webCookies(context.req.raw);
    using session = await sessions.open(cookies);
    const { isSignedIn, user } = session.getSnapshot();
    const item: unknown = isSignedIn ? await session.api.get('items/1').json() : null;
    const page = html`<!doctype html>
      <html lang="en">
        <title>Orders</title>
        <script type="module" src="/page.js"></script>
        <h1>${user === null ? 'Welcome' : `Welcome, ${user.username}`}</h1>
        <p>Rendered by the server: <output id="rendered">${JSON.stringify(item)}</output></p>
        <form>
          <label>User name <input name="username" autocomplete="username" /></label>
          <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
          <button>Sign in</button>
        </form>
        <button id="load">Load the order</button>
        <button id="logout">Sign out</button>
        <p>The session: <output id="status"></output></p>
        <p>Loaded by the page: <output id="loaded"></output></p>
      </html>`;
    return cookies.applyTo(await context.html(page));
  });
  return app;
}
