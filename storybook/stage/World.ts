import { memoryStore, type HoldOptions, type Session } from 'sessionchart';
import {
  createTestSession,
  type DialectName,
  type OwnContractOptions,
  type SignalsControl,
  type PasswordCredentials,
  type RequestKind,
  type SessionState,
  type TestServer,
  type TestSession,
} from 'sessionchart/testing';
import { contracts } from './contracts.ts';

/** What a story begins with. All of it can be changed in Storybook's controls. */
export interface WorldArgs {
  /** The state to begin in. */
  readonly state: SessionState;
  /** What kind of server it is. */
  readonly dialect: DialectName;
  /** How long requests wait, and how many. */
  readonly hold?: HoldOptions;
}

export const ada: PasswordCredentials = { username: 'ada', password: 'lovelace' };
export const grace: PasswordCredentials = { username: 'grace', password: 'hopper' };

const kinds = ['login', 'refresh', 'logout', 'api'] as const satisfies readonly RequestKind[];

let count = 0;

/** A session on a server in memory, and the world around it, for one story. */
export class World {
  /** Another one for each world. */
  readonly id = (count += 1);
  readonly session: Session<unknown, PasswordCredentials>;
  readonly server: TestServer;
  readonly signals: SignalsControl;
  readonly #test: TestSession<unknown>;
  #past: Promise<void> = Promise.resolve();

  constructor(test: TestSession<unknown>) {
    this.session = test.session;
    this.server = test.server;
    this.signals = test.signals;
    this.#test = test;
  }

  /** Moves time on: nothing in a story waits for the clock on the wall. */
  pass(seconds: number): Promise<void> {
    // One stretch after the other, for those who press faster than time passes.
    this.#past = this.#past.then(() => this.#test.clock.advance(seconds * 1_000));
    return this.#past;
  }

  /** Lets the store, the server or the other tab go on that kept the session in its first state. */
  release(): Promise<void> {
    return this.#test.release();
  }

  /** Signs in past the page. What becomes of it is in the session's view. */
  async signIn(credentials: PasswordCredentials): Promise<void> {
    await this.session.login(credentials).catch(() => undefined);
  }

  /** Calls the listener whenever the server may have counted another request. */
  readonly onRequest = (listener: () => void): (() => void) => {
    const undos = kinds.map((kind) =>
      this.server.intercept(kind, (_request, next) => {
        listener();
        return next();
      }),
    );
    undos.push(this.session.requests.subscribe(listener));
    return () => undos.forEach((undo) => undo());
  };

  dispose(): void {
    this.#test.dispose();
  }
}

export async function createWorld({ state, dialect, hold = {} }: WorldArgs): Promise<World> {
  return new World(await createSessionOf({ state, dialect, session: { hold } }, dialect));
}

/** The states in which one tab can be when another one is opened beside it. */
export const tabStates = [
  'anonymous',
  'authenticated',
  'refreshing.requesting',
] as const satisfies SessionState[];

/** Two tabs of one browser: each a world of its own on the same server, at the same time, with the same store. */
export async function createTabs({
  state,
  dialect,
  hold = {},
}: WorldArgs): Promise<{ left: World; right: World }> {
  const session = { hold, store: memoryStore<unknown>() };
  const first = await createSessionOf({ state, dialect, session }, dialect);
  const { server, clock } = first;
  const restored = state === 'anonymous' ? state : 'authenticated';
  const second = await createSessionOf({ state: restored, server, clock, session }, dialect);
  return { left: new World(first), right: new World(second) };
}

function createSessionOf(
  options: Omit<OwnContractOptions<unknown, PasswordCredentials>, 'contract' | 'credentials'>,
  dialect: DialectName,
): Promise<TestSession<unknown>> {
  return createTestSession({ ...options, contract: contracts[dialect], credentials: ada });
}
