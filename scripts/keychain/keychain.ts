import { join } from 'node:path';
import { findProgram } from '../debian/packages.ts';

const root = join(import.meta.dirname, '..', '..');

/** The folder in which `install.ts` unpacks the programs without root. */
export const unpackedKeychain = join(root, 'node_modules', '.cache', 'keychain');

/** The programs of a keychain that a test can start. */
export interface Keychain {
  /** Starts a program with a new D-Bus. */
  readonly session: string;
  readonly daemon: string;
}

/** The programs on the `PATH` or unpacked, or `null` if one is missing. */
export function findKeychain(): Keychain | null {
  const session = findProgram(['dbus-run-session'], unpackedKeychain);
  const daemon = findProgram(['gnome-keyring-daemon'], unpackedKeychain);
  return session === null || daemon === null ? null : { session, daemon };
}
