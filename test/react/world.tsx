import { Component, type ReactElement, type ReactNode } from 'react';
import { useSession } from '../../src/react/index.ts';
import { memoryStore } from '../../src/index.ts';
import {
  createTestSession,
  testUsers,
  type Account,
  type PasswordCredentials,
  type RequestKind,
  type TestSession,
} from '../../src/testing/index.ts';

function credentialsOf(username: string): PasswordCredentials {
  const user = testUsers.find((known) => known.username === username);
  if (user === undefined) throw new Error(`${username} is no test user`);
  return { username, password: user.password };
}

export const ada = credentialsOf('ada');
export const grace = credentialsOf('grace');

/** A reloaded page, whose session is about to read a store with a user. */
export async function reload(credentials: PasswordCredentials = ada): Promise<TestSession> {
  const store = memoryStore<Account>();
  const { server, clock, dispose } = await createTestSession({ credentials, session: { store } });
  dispose();
  return createTestSession({ state: 'anonymous.restoring', server, clock, session: { store } });
}

/** Keeps the next request of this kind waiting, until the returned function is called. */
export function holdNext({ server }: TestSession, kind: RequestKind): () => void {
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  server.intercept(kind, (_request, next) => gone.then(next), { times: 1 });
  return () => letGo();
}

/** The name of a user, whose type is unknown here: a session is registered for a whole application. */
export function nameOf(user: unknown): string {
  return isAccount(user) ? user.username : 'nobody';
}

function isAccount(user: unknown): user is Account {
  return typeof user === 'object' && user !== null && 'username' in user;
}

/** Shows who is signed in. */
export function Name(): ReactElement {
  const name = useSession((view) => nameOf(view.user));
  return <p data-testid="name">{name}</p>;
}

/** Shows the session's state in one line. */
export function Status(): ReactElement {
  const { status, user, isRestoring, isSigningIn } = useSession();
  const detail = isRestoring ? ' restoring' : isSigningIn ? ' signingIn' : '';
  return <output>{`${status}${detail} ${nameOf(user)}`}</output>;
}

interface BoundaryProps {
  readonly children: ReactNode;
  readonly onError: (error: unknown) => void;
}

/** An ordinary error boundary. Remounting it renders its children again. */
export class Boundary extends Component<BoundaryProps, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : 'no error' };
  }

  override componentDidCatch(error: unknown) {
    this.props.onError(error);
  }

  override render() {
    return this.state.message === null ? this.props.children : <p role="alert">{this.state.message}</p>;
  }
}
