/**
 * Makes sure that the tests can start a keychain (a secret service) on Linux: unpacks Debian's gnome-keyring below
 * `node_modules/.cache`, which needs no root, unless it is installed. If that is impossible, it prints a warning, and the test
 * that needs it is skipped.
 */
import { join } from 'node:path';
import { unpackPackages } from '../debian/packages.ts';
import { findKeychain, unpackedKeychain } from './keychain.ts';

if (process.platform === 'linux' && findKeychain() === null) {
  const files = join(unpackedKeychain, 'usr');
  try {
    unpackPackages(unpackedKeychain, {
      packages: ['gnome-keyring', 'dbus-daemon'],
      programs: {
        'gnome-keyring-daemon': [],
        'dbus-run-session': [
          `--dbus-daemon=${join(files, 'bin', 'dbus-daemon')}`,
          `--config-file=${join(files, 'share', 'dbus-1', 'session.conf')}`,
        ],
      },
    });
  } catch (error) {
    console.warn(error instanceof Error ? error.message : error);
    console.warn('No gnome-keyring-daemon was found: the test of the keychain is skipped');
  }
}
