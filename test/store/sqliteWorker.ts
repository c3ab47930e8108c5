import { parentPort, workerData } from 'node:worker_threads';
import { storedSession } from './records.ts';
import { sqliteStore } from './sqliteStore.ts';

const { path, does, timeout } = workerData as { path: string; does: 'count' | 'hold'; timeout: number };
const store = sqliteStore(path);

if (does === 'count') {
  for (let times = 0; times < 50; times += 1) {
    await store.update('session', (found) =>
      storedSession({ generation: found && 'generation' in found ? found.generation + 1 : 1 }),
    );
  }
  parentPort?.postMessage('counted');
} else {
  const { signal } = new AbortController();
  await store.lock(
    'session',
    () => {
      parentPort?.postMessage('holds');
      return new Promise(() => undefined);
    },
    { signal, timeout },
  );
}
