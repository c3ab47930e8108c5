/**
 * Runs in a page before its own scripts, as an attacker would wish: replaces built-ins and notes everything that passes
 * through them. `window.spied` has what was seen.
 */
export function spy(): void {
  const seen = new Set<string>();
  const { stringify } = JSON;
  const { decode } = TextDecoder.prototype;
  const decoder = new TextDecoder('latin1');
  const note = (...values: unknown[]): void => {
    for (const value of values) {
      if (typeof value === 'string') seen.add(value);
      else if (value instanceof Uint8Array || value instanceof ArrayBuffer)
        seen.add(decode.call(decoder, value));
      else if (value instanceof Headers) seen.add(stringify([...value]));
      else if (value instanceof Request) note(value.url, value.headers);
      else if (value instanceof Response) note(value.headers);
      else if (value instanceof MessageEvent) note(value.data);
      else if (typeof value === 'object' && value !== null) {
        try {
          seen.add(stringify(value));
        } catch {
          // A circle.
        }
      }
    }
  };
  const wrap = (holder: object, name: string): void => {
    const original: unknown = Reflect.get(holder, name);
    if (typeof original !== 'function') throw new Error(`There is no ${name}`);
    Reflect.set(holder, name, function (this: unknown, ...args: unknown[]) {
      note(...args);
      const result: unknown = Reflect.apply(original, this, args);
      note(result);
      if (result instanceof Promise) result.then(note, note);
      return result;
    });
  };
  const listen = (prototype: object, name: string): void => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, {
      ...descriptor,
      set(this: EventTarget, listener: (event: Event) => void) {
        descriptor?.set?.call(this, (event: Event) => {
          note(event);
          listener.call(this, event);
        });
      },
    });
  };
  wrap(window, 'fetch');
  wrap(JSON, 'parse');
  wrap(JSON, 'stringify');
  for (const name of ['open', 'send', 'setRequestHeader']) wrap(XMLHttpRequest.prototype, name);
  for (const name of ['set', 'append', 'get', 'has']) wrap(Headers.prototype, name);
  for (const name of ['json', 'text', 'arrayBuffer', 'clone', 'blob']) wrap(Response.prototype, name);
  for (const name of ['json', 'text', 'arrayBuffer', 'clone', 'blob']) wrap(Request.prototype, name);
  for (const holder of [MessagePort, Worker, BroadcastChannel]) wrap(holder.prototype, 'postMessage');
  for (const holder of [MessagePort, Worker, BroadcastChannel]) listen(holder.prototype, 'onmessage');
  wrap(ReadableStreamDefaultReader.prototype, 'read');
  wrap(ReadableStreamDefaultController.prototype, 'enqueue');
  wrap(TextDecoder.prototype, 'decode');
  wrap(Storage.prototype, 'setItem');
  wrap(IDBObjectStore.prototype, 'put');
  wrap(Map.prototype, 'set');
  wrap(Array.prototype, 'push');
  for (const name of ['accessToken', 'refreshToken', 'access_token', 'token', 'authorization']) {
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      set(this: object, value: unknown) {
        note(value);
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  }
  for (const type of ['error', 'unhandledrejection', 'message']) window.addEventListener(type, note, true);
  Object.defineProperty(window, 'spied', { value: () => [...seen] });
}

/** Everything that a script can read without a patch: storages, databases, caches, the history and the document. */
export async function everythingReadable(): Promise<string> {
  const databases = await Promise.all(
    (await indexedDB.databases()).map(
      ({ name = '' }) =>
        new Promise<unknown>((resolve) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => {
            const names = [...opening.result.objectStoreNames];
            if (names.length === 0) {
              resolve([]);
              return;
            }
            const store = opening.result.transaction(names[0] ?? '').objectStore(names[0] ?? '');
            const reading = store.getAll();
            reading.onsuccess = () => resolve(reading.result);
          };
        }),
    ),
  );
  const textOf = (root: Document | ShadowRoot): string =>
    [...root.querySelectorAll('*')]
      .map((element) => `${element.outerHTML}${element.shadowRoot ? textOf(element.shadowRoot) : ''}`)
      .join('\n');
  const { session } = window.vaultPage;
  return JSON.stringify([
    Object.entries(localStorage),
    Object.entries(sessionStorage),
    document.cookie,
    databases,
    await caches.keys(),
    history.state,
    location.href,
    performance.getEntries(),
    textOf(document),
    session.history(),
    session.getSnapshot(),
    session.actor.getPersistedSnapshot(),
  ]);
}
