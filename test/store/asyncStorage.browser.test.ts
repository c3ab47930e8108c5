import { expect, test } from 'vitest';
import { asyncStorageStore, createSession, type Session } from '../../src/index.ts';
import { createFakeAsyncStorage } from './fakeAsyncStorage.ts';
import { storedSession, type Person } from './records.ts';

/** Contexts of an extension share a storage, but no object: each has its own wrapper. */
const wrap = (values: Map<string, string>) =>
  asyncStorageStore<Person>(createFakeAsyncStorage(values).storage);

const reaches = (session: Session<Person>, status: string) =>
  expect.poll(() => session.getSnapshot().status).toBe(status);

test('browser contexts with separate wrappers around one storage share its session', async () => {
  const values = new Map<string, string>();
  const open = () =>
    createSession<Person>({ baseUrl: 'https://api.example.com', server: {}, store: wrap(values) });
  using popup = open();
  using worker = open();
  await popup.adopt({ accessToken: 'first-access', user: { id: '1', name: 'Ada' } });
  await reaches(worker, 'authenticated');
  expect(worker.getSnapshot().user).toEqual({ id: '1', name: 'Ada' });
  await worker.logout();

  await reaches(popup, 'loggedOut');
});

test('two wrappers lose none of forty concurrent updates', async () => {
  const stores = [new Map<string, string>()].flatMap((values) => [wrap(values), wrap(values)]);
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      Promise.resolve(
        stores[index % 2]?.update('session', (current) =>
          storedSession({
            generation: current && 'generation' in current ? current.generation + 1 : 1,
          }),
        ),
      ),
    ),
  );

  expect(await stores[0]?.read('session')).toMatchObject({ generation: 40 });
});
