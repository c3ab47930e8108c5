/** What the tests report about mutants, a line each, so that a run that hangs can be continued. */
export type Line =
  | {
      readonly test: string;
      /** In milliseconds. */
      readonly duration: number;
      /** How often the test has reached each mutant. */
      readonly hits: Readonly<Record<string, number>>;
    }
  /** The mutants that run while a module is loaded. */
  | { readonly static: Readonly<Record<string, number>> }
  | { readonly trying: string }
  | { readonly mutant: string; readonly foundBy: string | null };
