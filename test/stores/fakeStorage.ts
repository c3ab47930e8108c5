/**
 * `Storage` as the HTML standard has it (section 12.2.1): keys and values are strings, whatever is given, and
 * what does not fit throws a `QuotaExceededError` and changes nothing.
 */
export function createFakeStorage({ quota = Infinity }: { quota?: number } = {}): Storage {
  const items = new Map<string, string>();
  const size = () => [...items].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(String(key)) ?? null,
    setItem(key, value) {
      const name = String(key);
      const text = String(value);
      const grown = size() - (items.has(name) ? name.length + items.get(name)!.length : 0);
      if (grown + name.length + text.length > quota)
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      items.set(name, text);
    },
    removeItem: (key) => void items.delete(String(key)),
    clear: () => items.clear(),
  };
}
