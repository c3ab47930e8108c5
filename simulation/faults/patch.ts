/** One change of a patch: the lines that must be there, and the lines that replace them. */
interface Change {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A patch of one file, as `git diff` writes it. */
export interface Patch {
  /** The path of the file, from the root of the repository. */
  readonly path: string;
  readonly changes: readonly Change[];
}

/** Reads a unified diff of one file. */
export function readPatch(text: string): Patch {
  const path = /^\+\+\+ b\/(.+)$/m.exec(text)?.[1];
  if (path === undefined) throw new Error('Expected a patch with the line `+++ b/<path>`');
  const changes = text
    .split(/^@@.*@@.*$/m)
    .slice(1)
    .map((hunk): Change => {
      const lines = hunk
        .split('\n')
        .slice(1)
        .filter((line) => /^[ +-]/.test(line));
      const without = (sign: string) =>
        lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
      return { before: without('+'), after: without('-') };
    });
  if (changes.length === 0) throw new Error(`The patch of ${path} changes nothing`);
  return { path, changes };
}

/** Applies a patch. The lines may have moved, but each change must fit at exactly one place. */
export function applyPatch(source: string, { path, changes }: Patch): string {
  return changes.reduce((text, { before, after }) => {
    const [start, ...rest] = text.split(before.join('\n'));
    const [end] = rest;
    if (start === undefined || end === undefined || rest.length !== 1) {
      throw new Error(`The patch does not fit ${path}: its lines occur ${rest.length} times`);
    }
    return `${start}${after.join('\n')}${end}`;
  }, source);
}
