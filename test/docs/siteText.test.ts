import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteText } from '../../docs/.vitepress/siteText.ts';
import { writtenPages } from '../../scripts/docs/sourcePages.ts';
import { root } from './snippets.ts';

const onSite = (page: string): string => siteText(readFileSync(join(root, 'docs', page), 'utf8'));

describe('the text of a page on the site', () => {
  it('shows what code hosts hide, and leaves out what is only for them', () => {
    const text =
      'a\n\n<!-- site\n\nb\n\n-->\n\n<!-- not on the site -->\n\nc\n\n<!-- /not on the site -->\n\nd\n';
    expect(siteText(text).split(/\s+/).join(' ')).toBe('a b d ');
  });

  it('does not say of a page with demos that they are missing', () => {
    expect(onSite('why.md')).toContain('<RaceDemo');
    expect(onSite('why.md')).not.toContain('code host');
    expect(onSite('how-it-works.md')).toContain('<LiveChart />');
    expect(onSite('chart.md')).not.toContain('in brackets');
  });

  it.each(writtenPages())('%s: every mark is closed', (page) => {
    expect(onSite(page)).not.toMatch(/<!-- \/?(?:site|not on)/);
  });
});
