import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findKeychain } from '../../scripts/keychain/keychain.ts';

/** A separate keychain for a test, unlocked. */
export interface RunningKeychain extends AsyncDisposable {
  /** The environment of a program that uses it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether a keychain can be started on this machine. */
export const hasKeychain = process.platform === 'linux' && findKeychain() !== null;

const script = 'printf password | "$0" --unlock --components=secrets && cat';

/** Starts a D-Bus with a secret service that keeps its secrets in the folder. */
export async function startKeychain(folder: string): Promise<RunningKeychain> {
  const found = findKeychain();
  if (found === null) throw new Error('There is no keychain on this machine');
  const places = { HOME: folder, XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder };
  const child = spawn(
    found.session,
    ['--', 'sh', '-c', `echo "$DBUS_SESSION_BUS_ADDRESS"; ${script}`, found.daemon],
    {
      env: { ...process.env, ...places },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const exited = once(child, 'exit');
  // The second line comes from `cat`, after the keychain is unlocked.
  child.stdin.write('ready\n');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line === 'ready') break;
  }
  return {
    env: { ...places, DBUS_SESSION_BUS_ADDRESS: lines[0] ?? '' },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
