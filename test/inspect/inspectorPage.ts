import type { StatelyInspectionEvent } from '@statelyai/inspect';

declare global {
  interface Window {
    /** What the page was sent. */
    told?: StatelyInspectionEvent[];
  }
}

/** As Stately's page does: it says that it is there, to whoever opened or holds it, and takes what it is sent. */
const page = `<!doctype html>
<title>Inspector</title>
<script>
  window.told = [];
  addEventListener('message', ({ data }) => {
    if (data._version) window.told.push(data);
  });
  const program = window.opener ?? window.parent;
  const announce = () => program.postMessage({ type: '@statelyai.connected' }, '*');
  if (document.readyState === 'complete') announce();
  else addEventListener('load', () => setTimeout(announce));
</script>`;

/** The address of a page that stands in for the inspector's. */
export function createInspectorPage() {
  const url = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
  return { url, [Symbol.dispose]: () => URL.revokeObjectURL(url) };
}

/** What a page was sent, and nothing before it has been loaded. */
export const toldTo = (target: Window | null): readonly StatelyInspectionEvent[] => target?.told ?? [];
