import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession, restContract } from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';
import { startServer } from '../../test/referenceServer/server.ts';
import type { Answers, Calls } from './protocol.ts';

export const processes = 12;
export const calls = 4;

export interface Figures {
  /** The answers of each process after the expiry. */
  readonly answers: readonly Answers[];
  /** The statuses of the refreshes. */
  readonly refreshes: readonly number[];
  /** Whether the user is signed in for a process that starts afterwards. */
  readonly isSignedIn: boolean;
}

type Kind = 'withJson' | 'withSession';

const credentials = { username: 'ada', password: 'lovelace' };

/** Starts the processes on one file, lets the access token expire, and counts. */
export async function run(kind: Kind): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-'));
  const path = join(folder, 'session.json');
  await using server = await startServer();
  const children: ChildProcess[] = [];
  try {
    await signIn(kind, server.url, path);
    const program = join(import.meta.dirname, `${kind}.ts`);
    for (let count = 0; count < processes; count += 1) children.push(fork(program, [server.url, path]));
    await Promise.all(children.map((child) => once(child, 'message')));
    await Promise.all(children.map((child) => ask(child, { calls: 1 })));
    server.expireAccessTokens();
    const answers = await Promise.all(children.map((child) => ask(child, { calls })));
    const late = fork(program, [server.url, path], { silent: true });
    children.push(late);
    const isSignedIn = await Promise.race([
      once(late, 'message').then(async () => (await ask(late, { calls: 1 })).statuses[0] === 200),
      once(late, 'exit').then(() => false),
    ]);
    const refreshes = server.requests.filter((request) => request.kind === 'refresh');
    return { answers, refreshes: refreshes.map(({ status }) => status), isSignedIn };
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true });
  }
}

async function ask(child: ChildProcess, question: Calls): Promise<Answers> {
  child.send(question);
  const [answer] = (await once(child, 'message')) as [Answers];
  return answer;
}

async function signIn(kind: Kind, baseUrl: string, path: string): Promise<void> {
  if (kind === 'withJson') {
    const body = JSON.stringify(credentials);
    const response = await fetch(new URL('auth/login', baseUrl), { method: 'POST', body });
    await writeFile(path, await response.text());
    return;
  }
  const server = restContract<unknown, typeof credentials>({ login: 'auth/login', refresh: 'auth/refresh' });
  using session = createSession({ baseUrl, server, store: fileStore<unknown>({ path }) });
  await session.login(credentials);
}
