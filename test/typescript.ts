import ts from 'typescript';

/** Declarations of the language, Node and dependencies, parsed once for all programs with the same options. */
const parsed = new Map<string, ts.SourceFile | undefined>();

export interface Compilation {
  /** The contents of files that exist only in this program, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly options: ts.CompilerOptions;
  /** Whether to check a file that the program imports. Default is no file, since `npm run types` checks the sources. */
  readonly isChecked?: (path: string) => boolean;
}

/** Compiles the files as one program, and returns its errors. */
export function compile({ files, options, isChecked = () => false }: Compilation): readonly ts.Diagnostic[] {
  const settings = JSON.stringify(options);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || ts.sys.fileExists(name);
  host.readFile = (name) => files.get(name) ?? ts.sys.readFile(name);
  host.getSourceFile = (name, ...rest) => {
    if (files.has(name)) return getSourceFile(name, ...rest);
    const key = `${settings} ${name}`;
    if (!parsed.has(key)) parsed.set(key, getSourceFile(name, ...rest));
    return parsed.get(key);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const checked = program
    .getSourceFiles()
    .filter(({ fileName }) => files.has(fileName) || isChecked(fileName));
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...(options.declaration === true ? program.getDeclarationDiagnostics(file) : []),
    ]),
  ];
}
