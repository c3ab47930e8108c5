import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePackageDocs } from './packageDocs.ts';
import { packageReadme } from './packageReadme.ts';

const root = join(import.meta.dirname, '..');
const files = ['package.json', 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'CHANGELOG.md', 'README.md', 'dist'];

/**
 * Copies the files of the package to another folder, with its README and its documents, so that it can be packed there without a
 * change in the repository.
 */
export function stagePackage(place: string): void {
  for (const name of files) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(place, name), { recursive: true });
  }
  writePackageDocs(join(place, 'dist'));
  writeFileSync(join(place, 'README.md'), packageReadme(readFileSync(join(root, 'README.md'), 'utf8')));
}
