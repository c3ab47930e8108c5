/** The name of an event as `session.history()` says it: XState's own names say more than a reader wants. */
export function causeOf(type: string): string {
  const [, kind, name, actor] = /^xstate\.(after|error)\.([^.]+)(?:\.([^.]+))?/.exec(type) ?? [];
  if (kind === 'after') return `after ${name ?? ''}`;
  if (kind === 'error') return `${actor ?? ''} broke`;
  return type === '' ? 'always' : type;
}
