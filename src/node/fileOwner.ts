import { chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ifPossible } from './fileErrors.ts';

/**
 * Gives a new file or folder to the owner of the folder that it is in, if this process runs as root. Otherwise one command
 * under `sudo` would leave a file that the user's own processes cannot read.
 */
export function giveToOwner(path: string): void {
  if (process.getuid?.() !== 0) return;
  ifPossible(() => {
    const { uid, gid } = statSync(dirname(path));
    if (uid !== 0) chownSync(path, uid, gid);
  });
}
