import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer } from '../referenceServer/server.ts';
import { installPackage, type Consumer } from '../runtimes/consumer.ts';
import { compile } from '../typescript.ts';
import least from './least/package.json' with { type: 'json' };

const here = import.meta.dirname;
const run = promisify(execFile);

/** What the least versions depend on, where npm installs it for all workspaces. */
const shared = [
  '@types/prop-types',
  'csstype',
  'js-tokens',
  'loose-envify',
  'use-isomorphic-layout-effect',
  'use-sync-external-store',
];

let consumer: Consumer;

/** Installs the package with copies of its peers: a link would resolve imports in this repository. */
beforeAll(async () => {
  consumer = await installPackage();
  const modules = join(consumer.folder, 'node_modules');
  const copy = async (from: string, name: string) => {
    await rm(join(modules, name), { force: true, recursive: true });
    await cp(join(from, 'node_modules', name), join(modules, name), { recursive: true });
  };
  for (const name of [...Object.keys(least.dependencies), 'scheduler']) await copy(join(here, 'least'), name);
  for (const name of shared) await copy(join(here, '../..'), name);
  for (const name of ['main.js', 'program.tsx']) await cp(join(here, name), join(consumer.folder, name));
});

afterAll(() => consumer[Symbol.asyncDispose]());

/** Without `exactOptionalPropertyTypes`, with which the declarations of this xstate do not compile. */
const strict: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  declaration: true,
  types: [],
};

/** The errors of the application, and of this package's declarations. */
async function compileProgram(): Promise<string[]> {
  const file = join(consumer.folder, 'program.tsx');
  const files = new Map([[file, await readFile(file, 'utf8')]]);
  const isChecked = (path: string): boolean => path.includes('/node_modules/sessionchart/');
  return compile({ files, options: strict, isChecked }).map(({ file: place, start = 0, messageText }) => {
    const line = place === undefined ? 0 : place.getLineAndCharacterOfPosition(start).line + 1;
    return `${place?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

describe(`the built package with ${Object.entries(least.dependencies)
  .map((peer) => peer.join(' '))
  .join(', ')}`, () => {
  it('signs in, holds requests during one refresh, renders the user with hooks, and signs out', async () => {
    await using server = await startServer({ argon2Cost: cheapArgon2Cost });
    server.intercept('api', (request, next) => {
      if (new URL(request.url).pathname !== '/api/expire') return next();
      server.expireAccessTokens();
      return new Response(null, { status: 204 });
    });

    const { stdout } = await run(process.execPath, ['main.js', server.url], { cwd: consumer.folder });

    expect(JSON.parse(stdout)).toEqual({
      before: '<p>no user</p>',
      items: 5,
      held: 'ada',
      html: '<p>ada</p>',
      afterLogout: 'ERR_NOT_AUTHENTICATED',
      after: '<p>no user</p>',
    });
    expect(server.counts()).toMatchObject({ login: 1, refresh: 1 });
    const held = server.requests.filter(({ path }) => path === '/api/items/5');
    expect(held.map(({ status }) => status)).toEqual([200]);
  });

  it('compiles in an application that emits declarations', async () => {
    expect(await compileProgram()).toEqual([]);
  });
});
