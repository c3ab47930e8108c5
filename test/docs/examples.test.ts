import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, type Snippet, typecheck } from './snippets.ts';

/** Globals that examples may use without declaring them. An example may declare its own. */
const prelude: Snippet = {
  place: 'prelude',
  code: `
    import type { ServerContract, Session } from 'sessionchart';
    interface User { name: string }
    interface Credentials { email: string; password: string }
    declare global {
      const session: Session<User, Credentials>;
      const server: ServerContract<User, Credentials>;
      const contract: ServerContract<User, Credentials>;
      const credentials: Credentials;
      const password: string;
      const baseUrl: string;
    }
  `,
};

interface Example {
  /** File and line of the tag, such as `src/verdict.ts:98`. */
  readonly place: string;
  readonly snippets: Snippet[];
}

function examplesIn(file: string, text: string): Example[] {
  return [...text.matchAll(/^ *\* @example.*\n((?: *\*(?!\/| @).*\n)*)/gm)].map((tag) => {
    const line = text.slice(0, tag.index).split('\n').length;
    const body = (tag[1] ?? '').replaceAll(/^ *\* ?/gm, '');
    const snippets = [...body.matchAll(/^```ts(x?)\n([\s\S]*?)^```$/gm)].map((block) => ({
      place: `${file}:${line + body.slice(0, block.index).split('\n').length}`,
      code: block[2] ?? '',
      isJsx: block[1] === 'x',
    }));
    return { place: `${file}:${line}`, snippets };
  });
}

const examples = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .flatMap((file) => examplesIn(file, readFileSync(join(root, file), 'utf8')));

describe('the examples in the documentation comments', () => {
  it('are all TypeScript blocks', () => {
    expect(examples.length).toBeGreaterThan(10);
    const withoutCode = examples.filter(({ snippets }) => snippets.length === 0);
    expect(withoutCode.map(({ place }) => place)).toEqual([]);
  });

  it('compile as they are', () => {
    const snippets = examples.flatMap((example) => example.snippets);
    expect(typecheck([prelude, ...snippets])).toEqual([]);
  }, 300_000);

  it('are reported by file and line if they do not compile', () => {
    const source = [
      '/**',
      ' * Signs in.',
      ' *',
      ' * @example',
      ' * ```ts',
      ' * await session.login({ email: 1, password });',
      ' * ```',
      ' */',
      '',
    ].join('\n');
    const snippets = examplesIn('src/wrong.ts', source).flatMap((example) => example.snippets);
    expect(typecheck([prelude, ...snippets])).toEqual([expect.stringMatching(/^src\/wrong\.ts:5: .*string/)]);
  }, 300_000);
});
