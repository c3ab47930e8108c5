/**
 * `Storage` as in the HTML standard (section 12.2.1): all keys and values are converted to strings, and a value that does
 * not fit throws a `QuotaExceededError` and changes nothing.
 */
export function createFakeStorage({ quota = Infinity }: { quota?: number } = {}): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(textOf(key)) ?? null,
    setItem(key, value) {
      const next = new Map(items).set(textOf(key), textOf(value));
      if (sizeOf(next) > quota) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      items.set(textOf(key), textOf(value));
    },
    removeItem: (key) => void items.delete(textOf(key)),
    clear: () => items.clear(),
  };
}

function textOf(value: unknown): string {
  return String(value);
}

function sizeOf(items: ReadonlyMap<string, string>): number {
  return [...items].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}
