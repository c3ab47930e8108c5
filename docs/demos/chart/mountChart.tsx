import { createRoot } from 'react-dom/client';
import { ChartDemo } from './ChartDemo.tsx';
import { createLiveSession } from './liveSession.ts';

export type Theme = 'light' | 'dark';

/** Shows the chart of a live session in `element`. */
export function mountChart(element: Element): { setTheme(theme: Theme): void; unmount(): void } {
  const live = createLiveSession();
  const root = createRoot(element);
  return {
    setTheme: (theme) => root.render(<ChartDemo live={live} theme={theme} />),
    unmount() {
      root.unmount();
      live.dispose();
    },
  };
}
