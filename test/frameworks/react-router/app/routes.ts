import { index, layout, route, type RouteConfig } from '@react-router/dev/routes';

export default [
  layout('routes/layout.tsx', [index('routes/home.tsx')]),
  // Outside of the layout, whose middleware opens a session: the handler opens its own.
  route('auth/*', 'routes/handler.ts', { id: 'auth' }),
  route('api/*', 'routes/handler.ts', { id: 'api' }),
] satisfies RouteConfig;
