import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render } from 'vitest-browser-react';
import type { TestSessionOptions } from 'sessionchart/testing';
import { connectQueryClient, retry } from '../../examples/recipes/tanstackQuery.ts';
import { openWorld } from './world.ts';

/** An application with a query, which records everything that the page has shown. */
export async function openProgram(options?: TestSessionOptions) {
  const world = await openWorld(options);
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry, retryDelay: 0, staleTime: Infinity } },
  });
  const disconnect = connectQueryClient(world.session, queryClient);
  const shown: string[] = [];

  function Profile() {
    const { data, error, fetchStatus } = useQuery({
      queryKey: ['me'],
      queryFn: () => world.session.api.get('api/me').json<{ username: string }>(),
    });
    const text = data?.username ?? error?.name ?? fetchStatus;
    shown.push(text);
    return <p>{text}</p>;
  }
  const screen = await render(
    <QueryClientProvider client={queryClient}>
      <Profile />
    </QueryClientProvider>,
  );
  return { ...world, queryClient, disconnect, shown, screen };
}

export type Program = Awaited<ReturnType<typeof openProgram>>;

/** Holds the next API request at the server until `letGo` is called. */
export function holdNext({ server }: Program) {
  const gate = new EventTarget();
  const reached = happening(gate, 'reached');
  const gone = happening(gate, 'let go');
  server.intercept(
    'api',
    async (_, next) => {
      const answer = await next();
      gate.dispatchEvent(new Event('reached'));
      await gone;
      return answer;
    },
    { times: 1 },
  );
  return { reached, letGo: () => void gate.dispatchEvent(new Event('let go')) };
}

const happening = (target: EventTarget, type: string) =>
  new Promise((resolve) => {
    target.addEventListener(type, resolve, { once: true });
  });
