import { describe, expect, test } from 'vitest';
import {
  createSession,
  memoryStore,
  restContract,
  withUser,
  type Decide,
  type Lease,
  type LockOptions,
  type LoginCall,
  type ServerContract,
  type SessionCall,
  type SessionStore,
} from '../../src/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { openWorld, type Step, type User } from '../backend/world.ts';
import { connect } from '../vault/world.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer } from '../referenceServer/server.ts';

const ada = { username: 'ada', password: 'lovelace' };

/** A contract as a class, with private fields and with a method of a base class. */
class Base {
  readonly #paths = restContract<User, Step>({
    login: '/auth/login',
    refresh: '/auth/refresh',
    logout: '/auth/logout',
  });
  readonly endpoints = { login: '/auth/login', refresh: '/auth/refresh' };
  readonly calls: string[] = [];

  protected get paths() {
    return this.#paths;
  }

  logout(call: SessionCall<User>) {
    this.calls.push('logout');
    return this.paths.logout?.(call);
  }
}

class Contract extends Base implements ServerContract<User, Step> {
  get issuer() {
    return this.endpoints.login;
  }

  async login(call: LoginCall<Step>) {
    this.calls.push('login');
    return (await this.paths.login?.(call)) ?? { accessToken: null };
  }

  async refresh(call: SessionCall<User>) {
    this.calls.push('refresh');
    return (await this.paths.refresh?.(call)) ?? { accessToken: null };
  }
}

/** A store as a class. */
class Store implements SessionStore<User> {
  readonly #place = memoryStore<User>();
  reads = 0;

  read(key: string) {
    this.reads += 1;
    return this.#place.read(key);
  }

  update(key: string, decide: Decide<User>) {
    return this.#place.update(key, decide);
  }

  lock<Result>(key: string, task: (lease: Lease) => Promise<Result>, options: LockOptions) {
    return this.#place.lock(key, task, options);
  }

  watch(key: string, listener: () => void) {
    return this.#place.watch(key, listener);
  }
}

describe('A contract that is an instance of a class keeps its methods', () => {
  test.each([
    ['by itself', (server: Contract) => ({ server })],
    ['with the user of another endpoint', (server: Contract) => ({ server: withUser(server, '/api/me') })],
    ['in a vault', (server: Contract, baseUrl: string) => connect(baseUrl, server).options],
  ])('%s', async (_, optionsFor) => {
    await using api = await startServer({ argon2Cost: cheapArgon2Cost });
    const contract = new Contract();
    using session = createSession<User, Step>({ baseUrl: api.url, ...optionsFor(contract, api.url) });
    expect(await session.login(ada)).toMatchObject({ username: 'ada' });
    await session.refresh();
    await session.logout();

    expect(contract.calls).toEqual(['login', 'refresh', 'logout']);
  });

  test('in a web server', async () => {
    const contract = new Contract();
    await using world = await openWorld({ server: contract });
    const page = world.openPage(await world.startInstance(), new Map());
    await page.login(ada);
    expect(await page.fetch('/api/me')).toMatchObject({ status: 200 });
    await page.logout();

    expect(contract.calls).toEqual(['login', 'logout']);
  });

  test('in a test session, and so does a store', async () => {
    const contract = new Contract();
    const store = new Store();
    using world = await createTestSession({
      state: 'loggedOut.revoking',
      contract,
      credentials: ada,
      session: { store },
    });
    await world.release();

    expect(contract.calls).toEqual(['login', 'logout']);
    expect(store.reads).toBeGreaterThan(0);
  });
});
