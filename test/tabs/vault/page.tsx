import { createRoot } from 'react-dom/client';
import { createSession, sessionErrorOf, type Session } from 'sessionchart';
import { SessionDevtools } from 'sessionchart/devtools';
import { SessionProvider, useSession } from 'sessionchart/react';
import { workerVault } from 'sessionchart/vault';
import { server, type User } from './contract.ts';

declare const apiUrl: string;

const parameters = new URL(location.href).searchParams;

const start = {
  shared: () => new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  dedicated: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  missing: () => new Worker('/missing.js', { type: 'module' }),
};

const vault = workerVault({
  worker: start[parameters.get('worker') as keyof typeof start],
  server,
});

const session = createSession<User, { password: string }>({
  baseUrl: apiUrl,
  ...vault.options,
  name: parameters.get('name') ?? 'session',
  refresh: { proactive: false, cooldown: 0 },
});

function Greeting() {
  const name = useSession(({ user }) => (user as User | null)?.name ?? 'no user');
  const status = useSession((view) => view.status);
  return <p>{`${status} ${name}`}</p>;
}

const root = document.createElement('div');
document.body.append(root);
createRoot(root).render(
  <SessionProvider session={session}>
    <Greeting />
    <SessionDevtools session={session} />
  </SessionProvider>,
);

export interface VaultPage {
  readonly session: Session<User, { password: string }>;
  readonly close: () => void;
  /** Sends requests at the same time. Returns the status of each response, or the code or message of its error. */
  send(count?: number, path?: string): Promise<readonly (string | number)[]>;
  outcome(call: Promise<unknown>): Promise<unknown>;
}

declare global {
  interface Window {
    readonly vaultPage: VaultPage;
  }
}

const outcome = (call: Promise<unknown>) =>
  call.catch((error: unknown) => sessionErrorOf(error)?.code ?? String(error));

Object.defineProperty(window, 'vaultPage', {
  value: {
    session,
    close: vault.close,
    outcome,
    send: (count = 1, path = 'api/me') =>
      Promise.all(
        Array.from({ length: count }, () => outcome(session.fetch(path).then(({ status }) => status))),
      ) as ReturnType<VaultPage['send']>,
  } satisfies VaultPage,
});
