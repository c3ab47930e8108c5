/** What Node has, and React Native's engine has not. To be imported before anything that looks for it. */
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
