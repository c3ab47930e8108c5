/** Removes the globals that React Native's engine lacks. Import it before everything that looks for them. */
for (const name of [
  'AbortController',
  'AbortSignal',
  'Blob',
  'BroadcastChannel',
  'DOMException',
  'File',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TransformStream',
  'WritableStream',
  'crypto',
  'fetch',
  'navigator',
  'structuredClone',
]) {
  if (!Reflect.deleteProperty(globalThis, name)) throw new Error(`${name} cannot be taken away`);
}
Reflect.deleteProperty(URL, 'canParse');
Reflect.deleteProperty(URL, 'parse');
Reflect.deleteProperty(Symbol, 'dispose');
