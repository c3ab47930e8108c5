/** The part of Stryker's JSON report that is used here. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

export interface Mutant {
  readonly id: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  /** Whether its code runs while a module is loaded. */
  readonly static?: boolean;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Whether a test or a world has failed, or has not ended, with the mutant. */
export const isFound = ({ status }: Mutant): boolean => status === 'Killed' || status === 'Timeout';
