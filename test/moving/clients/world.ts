import { buildSchema, graphql } from 'graphql';
import type { Browser, BrowserContext, Page } from 'playwright';
import { cheapArgon2Cost } from '../../referenceServer/authorities.ts';
import { startServer, type RunningServer } from '../../referenceServer/server.ts';
import { bundle } from '../bundle.ts';
import { servePage } from '../pageServer.ts';

/** What each module of a guide exports. */
interface Application {
  signIn(credentials: { username: string; password: string }): Promise<unknown>;
  signOut(): unknown;
  loadItem(n: number): Promise<{ readonly n: number }>;
}

declare global {
  interface Window {
    readonly application: Application;
  }
}

/** A page of the application. */
export interface Tab {
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  /** Loads items at once. Returns how many of them came. */
  load(...items: number[]): Promise<number>;
}

/** A server, and a browser with the application. */
export interface World extends AsyncDisposable {
  readonly server: RunningServer;
  openTab(): Promise<Tab>;
  /** Releases another version of the application: tabs that are opened from now on have it. */
  deploy(code: string, entry?: string): Promise<void>;
}

/** Starts the application whose module is given. */
export async function openWorld(browser: Browser, code: string): Promise<World> {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startServer({ argon2Cost: cheapArgon2Cost }));
  serveGraphQL(server);
  const pages = stack.use(await servePage());
  const context = stack.adopt(await browser.newContext(), (one) => one.close());
  context.setDefaultTimeout(30_000);
  const world: World = {
    server,
    openTab: () => openTab(context, pages.origin),
    async deploy(version, entry) {
      const addresses = { 'https://api.example.com': server.url };
      pages.script = await bundle({
        code: version,
        folder: import.meta.dirname,
        addresses,
        ...(entry !== undefined && { entry }),
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  await world.deploy(code);
  return world;
}

async function openTab(context: BrowserContext, origin: string): Promise<Tab> {
  const page: Page = await context.newPage();
  await page.goto(origin);
  await page.waitForFunction(() => 'application' in window);
  return {
    signIn: () =>
      page.evaluate(async () => {
        await window.application.signIn({ username: 'ada', password: 'lovelace' });
      }),
    signOut: () =>
      page.evaluate(async () => {
        await window.application.signOut();
      }),
    load: (...items) => countItems(page, items),
  };
}

/** An application may leave the page when the user is signed out. No item has come then. */
async function countItems(page: Page, items: number[]): Promise<number> {
  const loaded = page.evaluate(async (numbers) => {
    const results = await Promise.allSettled(
      numbers.map(async (n) => (await window.application.loadItem(n)).n === n),
    );
    return results.filter((result) => result.status === 'fulfilled' && result.value).length;
  }, items);
  return loaded.catch((error: unknown) => {
    if (error instanceof Error && error.message.includes('Execution context was destroyed')) return 0;
    throw error;
  });
}

const schema = buildSchema('type Query { item(n: Int!): Item } type Item { n: Int! }');

/** Adds `/api/graphql` to the API. It refuses with status 200 and a code, as most GraphQL servers do. */
function serveGraphQL(server: RunningServer): void {
  server.intercept('api', async (request, next) => {
    const response = await next();
    if (request.method !== 'POST' || !request.url.endsWith('/api/graphql')) return response;
    // The server checks the token before it looks for the path.
    const refusal = { message: 'Not authenticated', extensions: { code: 'UNAUTHENTICATED' } };
    if (response.status === 401) return Response.json({ errors: [refusal] });
    const { query, variables } = (await request.json()) as GraphQLRequest;
    const rootValue = { item: ({ n }: { n: number }) => ({ n }) };
    return Response.json(await graphql({ schema, source: query, rootValue, variableValues: variables }));
  });
}

interface GraphQLRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}
