import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../typescript.ts';

const root = join(import.meta.dirname, '..', '..');

/** A folder below `node_modules`, so that the imports of the package resolve. */
const consumer = join(root, 'node_modules', '.cache', 'sessionchart-consumer');
const installed = join(consumer, 'node_modules', 'sessionchart');

const common = `
import { createSession, restContract, type Session } from 'sessionchart';
import { SessionProvider, SignedIn, useRequiredSession, useSession } from 'sessionchart/react';

interface User { id: string; name: string }
interface Credentials { email: string; password: string }
const server = restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' });
export const session = createSession({ baseUrl: 'https://api.example.com', server });

type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends (<T>() => T extends Other ? 1 : 2) ? true : false;
declare function same<One, Other>(answer: Same<One, Other>): void;
`;

const registered = `${common}
declare module 'sessionchart/react' {
  interface Register { session: typeof session }
}

export function Greeting() {
  const { user, login, logout, refresh } = useSession();
  same<typeof user, User | null>(true);
  same<typeof login, typeof session.login>(true);
  same<typeof logout, typeof session.logout>(true);
  same<typeof refresh, typeof session.refresh>(true);
  const name = useSession((view) => view.user?.name, (before, now) => before === now);
  same<typeof name, string | undefined>(true);
  same<ReturnType<typeof useRequiredSession>['user'], User | null>(true);
  void login({ email: 'ada@example.com', password: name ?? '' });
  // @ts-expect-error a user has no such field
  useSession((view) => view.user?.nickname);
  // @ts-expect-error the password is missing
  void login({ email: 'ada@example.com' });
  return <SignedIn>{({ user }) => user?.name}</SignedIn>;
}

export const program = <SessionProvider session={session} initialView={session.getSnapshot()} />;

declare const stranger: Session<{ id: number }, Credentials>;
// @ts-expect-error another session than the registered one
export const other = <SessionProvider session={stranger} />;
`;

const unregistered = `${common}
export function Greeting() {
  const { user, status, login } = useSession();
  same<typeof user, unknown>(true);
  same<Parameters<typeof login>[0], unknown>(true);
  const isKnown = useSession((view) => view.status === 'expired');
  same<typeof isKnown, boolean>(true);
  // @ts-expect-error the type of the user is unknown
  user.name;
  // @ts-expect-error the selector returns a number
  const text: string = useSession((view) => view.identity);
  return <SignedIn>{status + text}</SignedIn>;
}

export const program = <SessionProvider session={session} />;
// @ts-expect-error the provider requires a session
export const empty = <SessionProvider />;
`;

const strict: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: ['node'],
};

const againstSources: ts.CompilerOptions = {
  ...strict,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  paths: {
    sessionchart: [join(root, 'src/index.ts')],
    'sessionchart/react': [join(root, 'src/react/index.ts')],
  },
};

const againstPackage: ts.CompilerOptions = {
  ...strict,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

/** The errors of a program with one file, and of this package's declarations, but not of other packages. */
function errorsOf(code: string, folder: string, options: ts.CompilerOptions): string[] {
  const file = join(folder, 'program.tsx');
  const isChecked = (path: string): boolean => path.startsWith(installed);
  return compile({ files: new Map([[file, code]]), options, isChecked }).map(
    ({ file: place, start = 0, messageText }) => {
      const line = place === undefined ? 0 : place.getLineAndCharacterOfPosition(start).line + 1;
      return `${place?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
}

describe('an application compiled against the sources', () => {
  it('has the types of its registered session everywhere', () => {
    expect(errorsOf(registered, root, againstSources)).toEqual([]);
  }, 300_000);

  it('has an unknown user without a registered session', () => {
    expect(errorsOf(unregistered, root, againstSources)).toEqual([]);
  }, 300_000);

  it('does not compile if it reads missing fields', () => {
    const wrong = registered.replaceAll(/\/\/ @ts-expect-error.*/g, '');
    expect(errorsOf(wrong, root, againstSources)).toHaveLength(3);
  }, 300_000);
});

describe('an application compiled against the built package', () => {
  beforeAll(() => {
    rmSync(consumer, { recursive: true, force: true });
    for (const type of ['module', 'commonjs']) {
      mkdirSync(join(consumer, type), { recursive: true });
      writeFileSync(join(consumer, type, 'package.json'), JSON.stringify({ type }));
    }
    mkdirSync(installed, { recursive: true });
    cpSync(join(root, 'package.json'), join(installed, 'package.json'));
    cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  }, 300_000);

  afterAll(() => rmSync(consumer, { recursive: true, force: true }));

  it.each(['module', 'commonjs'])(
    'has the types of its registered session everywhere, if its type is %s',
    (type) => {
      expect(errorsOf(registered, join(consumer, type), againstPackage)).toEqual([]);
    },
    300_000,
  );
});
