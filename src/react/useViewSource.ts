import { useState, useSyncExternalStore } from 'react';
import { useProvided } from './provided.ts';
import type { RegisteredView } from './register.ts';
import { startingSource, type ViewSource } from './viewSource.ts';

/**
 * Returns the source of a component's view. During hydration it starts with the view that the server rendered, and the
 * component re-renders only if the live view differs.
 */
export function useViewSource(): ViewSource<RegisteredView> {
  const { startingView, live } = useProvided();
  const isHydrating = useIsHydrating();
  const [source] = useState(() => (isHydrating ? startingSource(startingView, live) : live));
  return source;
}

/**
 * Whether this render happens on the server or during hydration: only then does React call `getServerSnapshot`.
 * Returning a different value from it would cost each component a second render.
 */
function useIsHydrating(): boolean {
  const question = createQuestion();
  useSyncExternalStore(subscribeToNothing, nothing, question.ask);
  return question.wasAsked();
}

function createQuestion() {
  let wasAsked = false;
  return {
    ask: () => {
      wasAsked = true;
      return null;
    },
    wasAsked: () => wasAsked,
  };
}

const nothing = () => null;
const subscribeToNothing = () => () => undefined;
