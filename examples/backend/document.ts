import { html } from 'hono/html';
import type { Order } from './order.ts';
import type { User } from './sessions.ts';

/** The page of both examples. `html` escapes what it inserts; every template engine does the same. */
export const renderDocument = (user: User | null, order: Order | null) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Orders</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page.css" />
        <script type="module" src="/page.js"></script>
      </head>
      <body>
        <main>
          <h1>${user === null ? 'Welcome' : `Welcome, ${user.username}`}</h1>
          <form ${user === null ? '' : 'hidden'}>
            <label>User name <input name="username" autocomplete="username" /></label>
            <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
            <button>Sign in</button>
          </form>
          <section ${user === null ? 'hidden' : ''}>
            <p>Rendered by the server <output id="rendered">${JSON.stringify(order)}</output></p>
            <p>Loaded by the page <output id="loaded"></output></p>
            <button id="load">Load the order</button>
            <button id="logout" class="secondary">Sign out</button>
          </section>
          <footer>The session: <output id="status"></output></footer>
        </main>
      </body>
    </html>`;
