import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { boundCopy } from '../../platform/boundCopy.ts';
import type { ServerContract } from '../../server/contract.ts';
import { contractNames } from '../../server/contractNames.ts';
import { UsageError } from './usage.ts';

/** A module with a contract. */
export interface LoadedContract {
  readonly contract: ServerContract;
  /** The name of its export. */
  readonly exportName: string;
  /** The export `credentials`, if there is one. */
  readonly credentials: unknown;
}

/**
 * Imports the module of a contract.
 *
 * @throws {UsageError} the module cannot be loaded, or does not export a contract
 */
export async function loadContract(file: string, exportName: string | null): Promise<LoadedContract> {
  const path = resolve(file);
  await access(path).catch(() => {
    throw new UsageError(`Expected the file of a contract, but \`${file}\` does not exist`);
  });
  const exports = await importModule(path, file);
  const names = Object.keys(exports).filter((name) => isContract(exports[name]));
  const name = exportName ?? (names.length === 1 ? names[0] : names.find((known) => known === 'default'));
  const contract = name === undefined ? undefined : exports[name];
  if (name !== undefined && isContract(contract))
    return { contract, exportName: name, credentials: exports['credentials'] };
  const has = names.length === 0 ? 'none' : names.map((known) => `\`${known}\``).join(', ');
  throw new UsageError(
    exportName === null
      ? `Expected \`${file}\` to export one contract (an object with \`login\`), got ${has}. Choose with --export`
      : `Expected the export \`${exportName}\` of \`${file}\` to be a contract. Contracts there: ${has}`,
  );
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    const exports: unknown = await import(pathToFileURL(path).href);
    return typeof exports === 'object' && exports !== null ? { ...exports } : {};
  } catch (error) {
    throw new UsageError(whyNotLoaded(error, file), { cause: error });
  }
}

/** Node strips types since 22.18. It resolves no aliases and no paths without an extension. */
function whyNotLoaded(error: unknown, file: string): string {
  const { code, message }: { code?: unknown; message: string } =
    error instanceof Error ? error : { message: String(error) };
  const [firstLine = ''] = message.split('\n');
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `Node ${process.versions.node} cannot load \`${file}\`. Use Node 22.18 or later, or compile the contract to JavaScript`;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' || code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return `Node cannot strip the types of \`${file}\`: ${firstLine}. Move the contract to a module of plain types, or compile it`;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT')
    return `\`${file}\` imports something that Node does not find: ${firstLine}. Node needs file extensions and knows no path aliases`;
  return `\`${file}\` cannot be loaded: ${firstLine}`;
}

function isContract(value: unknown): value is ServerContract {
  if (typeof value !== 'object' || value === null) return false;
  // An instance of a class may have other fields.
  const names = Object.keys(boundCopy(value, contractNames));
  const isCallable = typeof Reflect.get(value, 'login') === 'function';
  return isCallable && names.every((name) => contractNames.includes(name));
}
