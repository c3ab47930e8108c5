import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Runs a command of Changesets: `npm run changeset` writes a file about a change, and `npm run changeset -- version` turns the
 * files into a new version and its section of CHANGELOG.md.
 *
 * Changesets ignores the root of a repository with workspaces, and here only the root is published. So package.json names no
 * workspaces while the command runs.
 */
const cli = '@changesets/cli@3.0.3';

interface Manifest {
  version: string;
  workspaces?: readonly string[];
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest;
const write = (path: string, content: unknown) => {
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
};

const before = read('package.json');
write('package.json', { ...before, workspaces: undefined });
try {
  execFileSync('npx', ['--yes', cli, ...process.argv.slice(2)], { stdio: 'inherit' });
} finally {
  const { version } = read('package.json');
  write('package.json', { ...before, version });
  if (version !== before.version) {
    execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], {
      stdio: 'inherit',
    });
    execFileSync('npx', ['prettier', '--write', 'CHANGELOG.md', 'package.json'], { stdio: 'inherit' });
  }
}
