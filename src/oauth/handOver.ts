import type { Clock } from '../platform/clock.ts';
import { randomId } from '../platform/randomId.ts';
import { AuthorizationError } from './authorizationError.ts';

/**
 * How a popup or a frame gives the provider's response to the page that opened it. A provider with
 * `Cross-Origin-Opener-Policy` severs `window.opener` and empties `window.name`, so the response goes through a
 * `BroadcastChannel`, which only pages of this origin can read. Without the verifier, which stays with the opener, a code is of
 * no use.
 */

const prefix = 'window.';

/** How long the page that opened the window may take to answer, in milliseconds. */
const answerTimeout = 2_000;

const channelOf = (state: string): BroadcastChannel => new BroadcastChannel(`sessionchart.oauth:${state}`);

/** Creates a `state` that says to the callback page that it is in a popup or a frame. */
export const windowState = (): string => prefix + randomId();

export const isOfWindow = (state: string): boolean => state.startsWith(prefix);

/** Waits for the response with this state. */
export function awaitResponse(state: string): {
  readonly response: Promise<URLSearchParams>;
  readonly stop: () => void;
} {
  const channel = channelOf(state);
  const response = new Promise<URLSearchParams>((resolve) => {
    channel.onmessage = ({ data }) => {
      channel.postMessage(null);
      resolve(new URLSearchParams(String(data)));
    };
  });
  return { response, stop: () => channel.close() };
}

/**
 * Hands the response over and closes this window. The promise stays pending then, so that your program goes no further here.
 *
 * @throws {AuthorizationError} no page waits for the response
 */
export async function handOver(response: URLSearchParams, clock: Clock): Promise<never> {
  const channel = channelOf(response.get('state') ?? '');
  await new Promise<void>((resolve, reject) => {
    const unknown = () =>
      reject(new AuthorizationError('unknown_state', 'The page that opened this window is gone'));
    const cancel = clock.schedule(unknown, answerTimeout, true);
    channel.onmessage = () => {
      cancel();
      resolve();
    };
    channel.postMessage(String(response));
  }).finally(() => channel.close());
  window.close();
  return new Promise(() => undefined);
}
