import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { chromium, type Browser } from 'playwright';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';
import { install } from '../install.ts';
import { pageScript, sizeOf } from './bundle.ts';
import { renewAtOnce } from './protocolLibrary.ts';
import { scenarios } from './scenarios.ts';
import { createWorld, type WorldOptions } from './world.ts';

/**
 * Measures sign-in libraries at a strict provider, and prints a table: all of them, or those in the arguments, as in
 * `npm run bench:oauth -- oidc-client-ts`. Installs them in this folder first.
 */

const here = import.meta.dirname;
const packages: Readonly<Record<string, string>> = {
  sessionchart: 'sessionchart',
  'oidc-client-ts': 'oidc-client-ts',
  'auth0-spa-js': '@auth0/auth0-spa-js',
  'msal-browser': '@azure/msal-browser',
  'okta-auth-js': '@okta/okta-auth-js',
  'openid-client': 'openid-client',
};
const size = 'Size with all dependencies, min + gzip';
const afterExpiry = 'Five concurrent calls after the expiry';

/** Its module needs the packages that `install` installs. */
interface Certificates {
  createCertificate(this: void): Promise<WorldOptions['certificate']>;
}

type Cells = Readonly<Record<string, string>>;

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in packages));
if (unknown.length > 0)
  throw new Error(`Unknown: ${unknown.join(', ')}. There are ${Object.keys(packages).join(', ')}`);

install(here);
const certificates = './clients/certificate.ts';
const { createCertificate } = (await import(certificates)) as Certificates;
const certificate = await createCertificate();
setDefaultCACertificates([certificate.cert]);
// The provider warns of its keys, which are for tests.
console.warn = () => undefined;

const browser = await chromium.launch(await launchOptions());
const columns: [title: string, cells: Cells][] = [];
for (const name of named.length > 0 ? named : Object.keys(packages)) {
  const cells = name === 'openid-client' ? await measureProtocol() : await measureInPages(browser, name);
  columns.push([`${name} ${versionOf(packages[name] ?? '')}`, cells]);
}
await browser.close();
printTable(columns);
// Exit explicitly, since a library that has not responded may keep the process alive.
process.exit();

function versionOf(name: string): string {
  const folder = name === 'sessionchart' ? join(here, '../..') : join(here, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

async function measureInPages(browser: Browser, name: string): Promise<Cells> {
  const script = await pageScript(name);
  const isLikeAuth0 = name === 'auth0-spa-js';
  const cells: Record<string, string> = { [size]: await sizeOf(name) };
  for (const [title, run] of Object.entries(scenarios)) {
    console.error(`${name}: ${title}`);
    try {
      await using world = await createWorld({ browser, script, certificate, isLikeAuth0 });
      cells[title] = await Promise.race([run(world), timeout()]);
    } catch (error) {
      console.error(error);
      cells[title] = 'not measured';
    }
    console.error(`  → ${cells[title]}`);
  }
  return cells;
}

/** A library that keeps no session. */
async function measureProtocol(): Promise<Cells> {
  return { [size]: await sizeOf('openid-client'), [afterExpiry]: await renewAtOnce(certificate, 5) };
}

/** A library that never settles must not stop the others. */
async function timeout(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return 'no response in 60 s';
}

function printTable(columns: readonly (readonly [title: string, cells: Cells])[]): void {
  const line = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
  line(['', ...columns.map(([title]) => title)]);
  line(['---', ...columns.map(() => '---')]);
  for (const row of [size, ...Object.keys(scenarios)])
    line([row, ...columns.map(([, cells]) => cells[row] ?? 'your code')]);
}
