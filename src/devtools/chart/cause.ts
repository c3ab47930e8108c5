/** The name of an event as in `session.history()`: XState's own names are longer. */
export function causeOf(type: string): string {
  const [, kind, name, actor] = /^xstate\.(after|error)\.([^.]+)(?:\.([^.]+))?/.exec(type) ?? [];
  if (kind === 'after') return `after ${name ?? ''}`;
  if (kind === 'error') return `${actor ?? ''} broke`;
  return type === '' ? 'always' : type;
}
