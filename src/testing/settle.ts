/** Several times the turns that a request to an in-memory server takes. */
const enoughTurns = 10;

/** Lets all pending work run that needs no timer and no network. */
export async function letSettle(): Promise<void> {
  for (let turn = 1; turn <= enoughTurns; turn += 1) {
    await nextTurn();
    if (turn % 2 === 0) await bodiesHandedOn();
  }
}

/** The platform's own function, if this module is loaded before fake timers are installed. */
const { setTimeout } = globalThis;

/**
 * Waits for the event loop's next turn. The fake timers of test runners replace `setTimeout` but not `MessageChannel`,
 * which Jest's DOM lacks.
 */
async function nextTurn(): Promise<void> {
  if (typeof MessageChannel !== 'function') return new Promise((resolve) => setTimeout(resolve));
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
  port1.close();
}

/**
 * Chromium delivers the body of a cloned response from another thread, which may take hundreds of turns. Bodies arrive in
 * order, so when this one has arrived, the earlier ones have too.
 */
async function bodiesHandedOn(): Promise<void> {
  await new Response(' ').clone().text();
}
