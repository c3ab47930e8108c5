/**
 * The text of a page on the site. Code hosts hide `<!-- site … -->`, which the site shows. The site leaves out what is between
 * `<!-- not on the site -->` and `<!-- /not on the site -->`.
 */
export const siteText = (markdown: string): string =>
  markdown
    .replaceAll(/^<!-- not on the site -->\n[^]*?^<!-- \/not on the site -->\n/gm, '')
    .replaceAll(/^<!-- site\n([^]*?)^-->\n/gm, '$1');
