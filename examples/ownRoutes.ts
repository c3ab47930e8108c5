import type { Connect, Plugin } from 'vite';

/**
 * Adds routes to the page's own host, under `path`. Each responds with JSON.
 *
 * @param routes - handlers by method and path: `GET /counts`
 */
export function ownRoutes(path: string, routes: Readonly<Record<string, () => unknown>>): Plugin {
  const serve: Connect.NextHandleFunction = (request, response) => {
    const route = routes[`${request.method ?? ''} ${request.url ?? ''}`];
    response.statusCode = route === undefined ? 404 : 200;
    response.setHeader('Content-Type', 'application/json');
    void Promise.resolve(route?.()).then((body) => response.end(JSON.stringify(body ?? null)));
  };
  return {
    name: 'own-routes',
    configureServer: ({ middlewares }) => void middlewares.use(path, serve),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(path, serve),
  };
}
