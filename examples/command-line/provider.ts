import { execFile } from 'node:child_process';
import { loopback } from '../../src/node/index.ts';
import { deviceCode, type SignIn } from '../../src/oauth/index.ts';

/** The ways to sign in at a provider. The provider sends a refresh token only if it asks the user for consent. */
const ways: Readonly<Record<string, () => SignIn>> = {
  browser: () => loopback({ open: openBrowser, prompt: 'consent' }),
  code: () =>
    deviceCode({
      show({ verificationUri, userCode, verificationUriComplete }) {
        console.error(`Open ${verificationUri} on any device and enter ${userCode}`);
        if (verificationUriComplete !== null) console.error(`Or open ${verificationUriComplete}`);
      },
    }),
};

/** Runs the program in the variable BROWSER. Without it, the user opens the address. */
function openBrowser(url: string): void {
  console.error(`Continue in your browser: ${url}`);
  const { BROWSER } = process.env;
  if (BROWSER !== undefined) execFile(BROWSER, [url]);
}

export function signInWith(way: string): SignIn {
  const create = ways[way];
  if (create === undefined) throw new Error(`Sign in with one of: ${Object.keys(ways).join(', ')}`);
  return create();
}
