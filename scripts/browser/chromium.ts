import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import type { LaunchOptions } from 'playwright';
import { extract } from 'tar-fs';
import { findWhole, wholeBrowsers } from './wholeBrowsers.ts';

const root = join(import.meta.dirname, '..', '..');
const packed = join(root, 'node_modules', '@sparticuz', 'chromium', 'bin');
const unpacked = join(root, 'node_modules', '.cache', 'chromium');

/**
 * Playwright's launch options for the tests: the Chromium in an npm package (Linux x64), which needs neither root nor a
 * separate download, or the browser at `CHROMIUM_PATH`.
 */
export async function chromium(): Promise<LaunchOptions> {
  const given = process.env['CHROMIUM_PATH'];
  // Without root there is no sandbox. The pages are this project's own.
  if (given !== undefined && given !== '') return { executablePath: given, args: ['--no-sandbox'] };
  if (!existsSync(unpacked)) await unpack();
  return {
    executablePath: join(unpacked, 'chromium'),
    args: ['--no-sandbox'],
    env: {
      ...definedOnly(process.env),
      LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(unpacked, 'fonts.conf'),
    },
  };
}

/** Playwright's launch options for a complete Chromium, with a profile that has a back-forward cache. */
export function wholeLaunchOptions(): LaunchOptions {
  const executablePath = findWhole(wholeBrowsers.chromium);
  if (executablePath === null) throw new Error('No complete Chromium was found: set `CHROMIUM_PATH`');
  return { executablePath, args: ['--no-sandbox', '--headless=new'] };
}

/** Prefers the font that comes with the browser, so that screenshots look the same on every machine. */
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(unpacked, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(unpacked, 'fonts-cache')}</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

/** Unpacks next to the destination and then renames, so that an interruption leaves no partial copy. */
async function unpack(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The installed browser is for Linux x64: set `CHROMIUM_PATH` to a Chromium');
  }
  const draft = `${unpacked}-${process.pid}`;
  await mkdir(draft, { recursive: true });
  await Promise.all([
    pipeline(
      createReadStream(join(packed, 'chromium.br')),
      createBrotliDecompress(),
      createWriteStream(join(draft, 'chromium'), { mode: 0o755 }),
    ),
    untar('al2023', join(draft, 'al2023')),
    untar('fonts', join(draft, 'fonts')),
    untar('swiftshader', draft),
    writeFile(join(draft, 'fonts.conf'), fonts),
  ]);
  try {
    await rename(draft, unpacked);
  } catch (error) {
    await rm(draft, { recursive: true });
    // Another process was faster.
    if (!existsSync(unpacked)) throw error;
  }
}

async function untar(name: string, into: string): Promise<void> {
  await pipeline(createReadStream(join(packed, `${name}.tar.br`)), createBrotliDecompress(), extract(into));
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
