export const themes = ['system', 'light', 'dark'] as const;

/** The theme of the pages; `system` follows the user's preference. */
export type Theme = (typeof themes)[number];

export function isTheme(value: unknown): value is Theme {
  return themes.some((theme) => theme === value);
}
