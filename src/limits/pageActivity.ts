/** The events of a user who uses the page. Scrolling is not one of them, since scripts scroll as well. */
const inputs = ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'touchmove', 'wheel'] as const;

/**
 * Reports the input of the user in this page: the pointer, the keyboard, touch and the mouse wheel. The default of
 * `activity`. Events that a script dispatches don't count, and neither does input inside an `iframe`, which the page does not
 * see. Without a page (Node, a worker, React Native) it reports nothing.
 *
 * @returns an unsubscribe function
 *
 * @example
 * ```ts
 * import { limitSession, pageActivity } from 'sessionchart/limits';
 *
 * const video = document.createElement('video');
 * limitSession(session, {
 *   idle: 15 * 60_000,
 *   activity(note) {
 *     const stop = pageActivity(note);
 *     video.addEventListener('timeupdate', note); // watching counts as well
 *     return () => {
 *       stop();
 *       video.removeEventListener('timeupdate', note);
 *     };
 *   },
 * });
 * ```
 */
export function pageActivity(note: () => void): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const hear = ({ isTrusted }: Event): void => {
    if (isTrusted) note();
  };
  // Capturing, since a component may stop the event.
  const options = { capture: true, passive: true };
  for (const type of inputs) document.addEventListener(type, hear, options);
  return () => {
    for (const type of inputs) document.removeEventListener(type, hear, options);
  };
}
