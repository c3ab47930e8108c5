import { useState, useSyncExternalStore } from 'react';
import { useProvided } from './provided.ts';
import type { RegisteredView } from './register.ts';
import { startingSource, type ViewSource } from './viewSource.ts';

/**
 * What a component reads its view from. Over what the server rendered it begins with the same view as the
 * server did, and renders again only where the live one shows something else.
 */
export function useViewSource(): ViewSource<RegisteredView> {
  const { startingView, live } = useProvided();
  const isHydrating = useIsHydrating();
  const [source] = useState(() => (isHydrating ? startingSource(startingView, live) : live));
  return source;
}

/**
 * Whether this render is one on the server, or one over what the server rendered: only there React asks for a
 * server's value. To give another value than elsewhere, as one could, would cost each component a second render.
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
