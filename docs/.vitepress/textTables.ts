interface Token {
  readonly type: string;
  readonly content: string;
  attrSet(name: string, value: string): void;
}

/** The average length from which a last column is text, and the most columns that a phone shows one below the other. */
const textLength = 40;
const mostColumns = 4;

/** Marks tables whose last column is text, and labels their cells: a phone shows each row as a block (`text-table` in style.css). */
export function markTextTables(tokens: readonly Token[]): void {
  for (const [start, table] of tokens.entries()) {
    if (table.type !== 'table_open') continue;
    const end = tokens.findIndex(({ type }, index) => index > start && type === 'table_close');
    const inside = tokens.slice(start, end);
    const cells = inside.flatMap((token, index) =>
      token.type === 'td_open' ? [{ token, text: inside[index + 1]?.content ?? '' }] : [],
    );
    const names = inside.flatMap(({ type }, index) =>
      type === 'th_open' ? [inside[index + 1]?.content ?? ''] : [],
    );
    const last = cells.filter((_, index) => index % names.length === names.length - 1);
    const length = last.reduce((sum, { text }) => sum + text.length, 0) / last.length;
    if (names.length < 2 || names.length > mostColumns || !(length >= textLength)) continue;
    table.attrSet('class', 'text-table');
    for (const [index, { token }] of cells.entries())
      token.attrSet('data-label', names[index % names.length] ?? '');
  }
}
