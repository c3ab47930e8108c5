import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyPatch, readPatch } from './patch.ts';

const root = join(import.meta.dirname, '../..');

/** The names of all faults: each is a patch in this folder. */
export const faultNames: readonly string[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.patch'))
  .map((file) => file.replace(/\.patch$/, ''));

/**
 * Plants a fault in the library: the file that its patch names is loaded with the change. Call this before the library is
 * loaded, in a thread of its own. The file on the disk stays as it is.
 *
 * @throws {Error} the patch does not fit the file any more
 */
export function plantFault(name: string): void {
  const patch = readPatch(readFileSync(join(import.meta.dirname, `${name}.patch`), 'utf8'));
  const path = join(root, patch.path);
  const source = applyPatch(readFileSync(path, 'utf8'), patch);
  const { href } = pathToFileURL(path);
  registerHooks({
    load(url, context, nextLoad) {
      return url === href
        ? { format: 'module-typescript', source, shortCircuit: true }
        : nextLoad(url, context);
    },
  });
}
