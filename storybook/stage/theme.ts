export const themes = ['system', 'light', 'dark'] as const;

/** Whether pages are light or dark; `system` is what the reader's system prefers. */
export type Theme = (typeof themes)[number];

export function isTheme(value: unknown): value is Theme {
  return themes.some((theme) => theme === value);
}
