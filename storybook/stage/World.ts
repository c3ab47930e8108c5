import { memoryStore, rememberMe, type HoldOptions, type Session } from 'sessionchart';
import type { SessionDevtoolsProps } from 'sessionchart/devtools';
import { limitSession, type LimitOptions, type SessionLimits } from 'sessionchart/limits';
import { observeRequests } from 'sessionchart/observe';
import {
  createTestSession,
  type DialectName,
  type OwnContractOptions,
  type SignalsControl,
  type PasswordCredentials,
  type TestCredentials,
  type RequestKind,
  type SessionState,
  type TestServer,
  type TestSession,
} from 'sessionchart/testing';
import { contracts } from './contracts.ts';

/** The arguments of a story, which Storybook's controls can change. A change starts the story anew. */
export interface WorldArgs {
  readonly state: SessionState;
  readonly dialect: DialectName;
  readonly hold?: HoldOptions;
  readonly limits?: LimitOptions;
  /** Where the devtools are. Default is beside the page. */
  readonly position?: NonNullable<SessionDevtoolsProps['position']>;
}

export const ada: PasswordCredentials = { username: 'ada', password: 'lovelace' };
export const grace: PasswordCredentials = { username: 'grace', password: 'hopper' };

/** The code of the second step, for servers that ask for one. */
export const secondStep = { code: '123456' };

const kinds = ['login', 'refresh', 'logout', 'api'] as const satisfies readonly RequestKind[];

let count = 0;

/** A session with an in-memory server, clock and signals, for one story. */
export class World {
  /** A unique id. */
  readonly id = (count += 1);
  readonly session: Session<unknown, TestCredentials>;
  readonly server: TestServer;
  readonly signals: SignalsControl;
  readonly limits: SessionLimits | null;
  readonly #test: TestSession<unknown>;
  #past: Promise<void> = Promise.resolve();

  constructor(test: TestSession<unknown>, limits?: LimitOptions) {
    this.session = test.session;
    this.server = test.server;
    this.signals = test.signals;
    this.limits = limits === undefined ? null : limitSession(test.session, limits);
    this.#test = test;
  }

  /** Advances the clock. Stories never wait for real time. */
  pass(seconds: number): Promise<void> {
    // One after another, for users who click faster than the clock advances.
    this.#past = this.#past.then(() => this.#test.clock.advance(seconds * 1_000));
    return this.#past;
  }

  /** Releases the store, server or other tab that keeps the session in its first state. */
  release(): Promise<void> {
    return this.#test.release();
  }

  /** Signs in without the page's form. The session's view shows the outcome. */
  async signIn(credentials: PasswordCredentials): Promise<void> {
    await this.session.login(credentials).catch(() => undefined);
  }

  /** Makes the server refuse orders until the user has signed in again (RFC 9470). */
  readonly askForPassword = (): void => {
    let isConfirmed = false;
    const stopListening = this.server.intercept('login', async (_request, next) => {
      const response = await next();
      isConfirmed ||= response.ok;
      return response;
    });
    const stopRefusing = this.server.intercept('api', (request, next) => {
      if (isConfirmed) {
        stopListening();
        stopRefusing();
      }
      if (isConfirmed || request.method !== 'POST') return next();
      const challenge = 'Bearer error="insufficient_user_authentication", max_age="300"';
      return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
    });
  };

  /** Calls the listener whenever the server may have received another request. */
  readonly onRequest = (listener: () => void): (() => void) => {
    const undos = kinds.map((kind) =>
      this.server.intercept(kind, (_request, next) => {
        listener();
        return next();
      }),
    );
    undos.push(observeRequests(this.session).subscribe(listener));
    return () => undos.forEach((undo) => undo());
  };

  dispose(): void {
    this.#test.dispose();
  }
}

export async function createWorld({ state, dialect, hold = {}, limits }: WorldArgs): Promise<World> {
  const session = { hold, store: rememberMe(memoryStore()) };
  return new World(await createSessionOf({ state, dialect, session }, dialect), limits);
}

/** The states that the first tab can have when the second one is opened. */
export const tabStates = [
  'anonymous',
  'authenticated',
  'refreshing.requesting',
] as const satisfies SessionState[];

/** Two tabs of one browser: two sessions with the same server, clock and store. */
export async function createTabs({
  state,
  dialect,
  hold = {},
}: WorldArgs): Promise<{ left: World; right: World }> {
  const session = { hold, store: rememberMe(memoryStore<unknown>()) };
  const first = await createSessionOf({ state, dialect, session }, dialect);
  const { server, clock } = first;
  const restored = state === 'anonymous' ? state : 'authenticated';
  const second = await createSessionOf({ state: restored, server, clock, session }, dialect);
  return { left: new World(first), right: new World(second) };
}

function createSessionOf(
  options: Omit<OwnContractOptions<unknown, TestCredentials>, 'contract' | 'credentials'>,
  dialect: DialectName,
): Promise<TestSession<unknown>> {
  return createTestSession({
    ...options,
    contract: contracts[dialect],
    credentials: ada,
    secondStep,
  });
}
