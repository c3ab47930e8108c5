import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer, type RunningServer } from '../referenceServer/server.ts';
import { installPackage, type Consumer } from './consumer.ts';
import { isInstalled, runtimes, type Runtime } from './runtimes.ts';

let consumer: Consumer;
let server: RunningServer;

beforeAll(async () => {
  consumer = await installPackage();
});

afterAll(() => consumer[Symbol.asyncDispose]());

beforeEach(async () => {
  server = await startServer({ argon2Cost: cheapArgon2Cost });
  server.intercept('api', (request, next) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/stream') return new Response(endless());
    if (pathname !== '/api/expire') return next();
    server.expireAccessTokens();
    return new Response(null, { status: 204 });
  });
});

afterEach(() => server.close());

/** A body that continues until its reader cancels it. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('first')) });
}

/** The time after which the test ends a program that does not exit, in milliseconds. */
const limit = 100_000;

/** Starts the program and waits until it ends. */
async function run({ binary, start }: Runtime) {
  const child = spawn(binary, start(consumer.folder, server.url), { cwd: consumer.folder, timeout: limit });
  const exit = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject).on('exit', (code, signal) => resolve(signal ?? code));
  });
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { seen: readJson(stdout), stderr, end };
}

/** The program's output, parsed if it is JSON. */
function readJson(output: string): unknown {
  try {
    const parsed: unknown = JSON.parse(output);
    return parsed;
  } catch {
    return output;
  }
}

describe.each(runtimes)('$name', (runtime) => {
  test.skipIf(!isInstalled(runtime))(
    'a program signs in, refreshes once, loses its stream at a logout, and exits by itself',
    async () => {
      const { seen, stderr, end } = await run(runtime);
      const { more } = runtime;

      expect({ end, seen }, stderr).toEqual({
        end: 0,
        seen: {
          statusBefore: 'anonymous',
          signedIn: 'ada',
          hasThrown: true,
          items: [...[0, 1, 2, 3].map((n) => ({ n, user: 'ada' })), { text: 'ä' }],
          username: 'ada',
          unread: ['/api/items/8', '/api/items/9'],
          isFirstPart: true,
          streamEnd: 'ERR_LOGGED_OUT',
          afterLogout: 'ERR_NOT_AUTHENTICATED',
          statusAfter: 'authenticated',
          unhandled: [],
          ...more,
        },
      });
      expect(stderr).toContain('a bug in a listener');
      expect(server.counts()).toMatchObject({ login: 2, refresh: more === undefined ? 1 : 2 });
    },
  );
});
