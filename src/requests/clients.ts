import ky from 'ky';
import type { Session } from '../session/session.ts';
import type { Settings } from '../session/settings.ts';
import { createKyDoor } from './kyHooks.ts';
import type { RequestLayer } from './requestLayer.ts';
import { createSessionFetch } from './sessionFetch.ts';

/** Creates what your code sends requests with. */
export function createClients<User, Login>(
  layer: RequestLayer,
  base: typeof fetch,
  { baseUrl, environment, ky: kyOptions }: Settings<User, Login>,
): Pick<Session<User, Login>, 'api' | 'fetch' | 'hooks'> {
  const { hooks, watch } = createKyDoor(layer, base, environment.clock);
  return {
    hooks,
    api: watch(ky.create(kyOptions).extend({ baseUrl, hooks })),
    fetch: createSessionFetch(layer, base, baseUrl),
  };
}
