/**
 * Whether this is a page or a worker of a browser, which shares its storage with others. Workers of Deno and Cloudflare
 * have a `WorkerGlobalScope` too, but no `importScripts`.
 */
export function isBrowser(): boolean {
  return 'document' in globalThis || 'importScripts' in globalThis;
}
