import { createRoot } from 'react-dom/client';
import { SessionDevtools } from '../../../src/devtools/index.ts';
import type { ObservableProtocol } from '../../../src/observe/index.ts';
import type { Session } from '../../../src/index.ts';

/** Renders the devtools once, and opens all details. */
export async function showDevtools(session: Session, auth: ObservableProtocol): Promise<void> {
  if (document.querySelector('#devtools') === null) {
    const root = document.createElement('div');
    root.id = 'devtools';
    document.body.append(root);
    createRoot(root).render(<SessionDevtools session={session} auth={auth} />);
  }
  await new Promise((resolve) => setTimeout(resolve));
  for (const details of document.querySelectorAll('details')) details.open = true;
}
