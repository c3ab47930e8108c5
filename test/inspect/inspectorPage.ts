import type { StatelyInspectionEvent } from '@statelyai/inspect';

declare global {
  interface Window {
    /** The messages that the page has received. */
    told?: StatelyInspectionEvent[];
  }
}

/** Behaves like Stately's page: announces itself to its opener or parent, and records the messages. */
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

/** The URL of a page that replaces the inspector's. */
export function createInspectorPage() {
  const url = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
  return { url, [Symbol.dispose]: () => URL.revokeObjectURL(url) };
}

/** The messages that a page has received, or none before it is loaded. */
export const toldTo = (target: Window | null): readonly StatelyInspectionEvent[] => target?.told ?? [];
