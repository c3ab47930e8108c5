import { useEffect } from 'react';
import { describeStatus } from '../tabs/statusWords.ts';
import type { Tab } from '../tabs/useTabs.ts';
import { useSessionView } from '../session.ts';

/** Shows the tab's name and status in the browser's tab bar. */
export function useTabMark({ name, hue, status, holdsLock }: Tab): void {
  const { isSignedIn } = useSessionView();
  useEffect(() => {
    document.title = `${name} · ${describeStatus(status, holdsLock)}`;
    const colour = isSignedIn ? `oklch(0.65 0.16 ${hue})` : 'gray';
    const rim = holdsLock ? '<circle cx="8" cy="8" r="7" fill="none" stroke="orange" stroke-width="2"/>' : '';
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5" fill="${colour}"/>${rim}</svg>`;
    document
      .querySelector('link[rel=icon]')
      ?.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(picture)}`);
  }, [name, hue, status, isSignedIn, holdsLock]);
}
