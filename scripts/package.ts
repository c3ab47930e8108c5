import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stagePackage } from './stagePackage.ts';

/**
 * Builds and packs the package as `npm publish` does, and fails if it contains a file that users do not need, lacks one that
 * they need, is too large, has an entry that publint or attw reports, or has declarations that need an optional dependency.
 */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** In bytes. Raise it only with a reason in the commit message. */
const largest = 700_000;

const needed = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md', 'package.json'];

/** Everything else that the package may contain. */
const allowed = [/^dist\/[\w-]+\.(?:c?js|d\.c?ts)$/, /^dist\/docs\/(?:[\w-]+\/)?[\w-]+\.md$/];

/** The optional dependencies whose types an entry may use. Programs that import another entry need not install them. */
const typesOf: Readonly<Record<string, readonly string[]>> = {
  devtools: ['react'],
  oauth: ['oauth4webapi'],
  react: ['react'],
  redis: ['redis', 'ioredis', 'iovalkey'],
};

const folder = mkdtempSync(join(tmpdir(), 'sessionchart-package-'));
try {
  const [{ filename, size, files }] = pack();
  const paths = files.map(({ path }) => path);
  const faults = [
    ...needed.filter((path) => !paths.includes(path)).map((path) => `The package lacks ${path}`),
    ...paths
      .filter((path) => !needed.includes(path) && !allowed.some((pattern) => pattern.test(path)))
      .map((path) => `The package contains ${path}`),
    ...foreignTypes(paths),
    ...(size > largest ? [`The package has ${size} bytes, more than ${largest}`] : []),
  ];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  console.log(`${files.length} files, ${(size / 1_000).toFixed(0)} kB packed`);
  const tarball = join(folder, filename);
  run('publint', ['--strict', tarball]);
  // No supported version of Node needs the resolution of before `exports`.
  run('attw', [tarball, '--profile', 'node16']);
} finally {
  rmSync(folder, { recursive: true });
}

/** The entries whose declarations use types of an optional dependency that a program may not have installed. */
function foreignTypes(paths: readonly string[]): readonly string[] {
  const { peerDependenciesMeta } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    peerDependenciesMeta: Record<string, unknown>;
  };
  const optional = Object.keys(peerDependenciesMeta);
  return paths.flatMap((path) => {
    const [, entry] = /^dist\/(\w+)\.d\.ts$/.exec(path) ?? [];
    if (entry === undefined) return [];
    const found = [...importsOf(path)].filter((name) => optional.includes(name));
    return found
      .filter((name) => typesOf[entry]?.includes(name) !== true)
      .map((name) => `${path} uses types of ${name}, which is optional`);
  });
}

/** The packages that a declaration imports, itself or through another file. */
function importsOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  // The examples in the comments import too.
  const code = readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
  for (const [, name = ''] of code.matchAll(/\bfrom '([^']+)'/g))
    if (name.startsWith('.')) importsOf(join('dist', name.replace(/\.js$/, '.d.ts')), seen);
    else seen.add(name);
  return seen;
}

/** In a copy, since `prepack` changes README.md, which other checks read at the same time. */
function pack(): readonly [Packed] {
  run('tsup', ['--silent']);
  const place = join(folder, 'package');
  stagePackage(place);
  const output = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: place,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output) as [Packed];
}

function run(command: string, given: readonly string[]): void {
  execFileSync('npx', [command, ...given], { stdio: 'inherit' });
}
