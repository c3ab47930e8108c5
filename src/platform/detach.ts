/** Prevents a timer or a channel from keeping the process alive, on platforms where it would (Node, Bun). */
export function detach(resource: unknown): void {
  if (isDetachable(resource)) resource.unref();
}

function isDetachable(resource: unknown): resource is { unref(): void } {
  return typeof resource === 'object' && resource !== null && 'unref' in resource;
}
