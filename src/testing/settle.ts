/** Several times as many as an exchange with an in-memory server takes. */
const enoughTurns = 10;

/** Lets everything run that waits for no timer and no network. */
export async function letSettle(): Promise<void> {
  for (let turn = 1; turn <= enoughTurns; turn += 1) {
    await nextTurn();
    if (turn % 2 === 0) await bodiesHandedOn();
  }
}

/** The platform's own, where the kit is loaded before fake timers are installed. */
const { setTimeout } = globalThis;

/**
 * The event loop's next turn. Fake timers of test runners replace `setTimeout` and leave `MessageChannel` alone, which
 * Jest's DOM does not have.
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
 * Chromium hands the body of a clone on by another thread, which may take hundreds of turns. But they come in order:
 * whoever has had this one has had those before it.
 */
async function bodiesHandedOn(): Promise<void> {
  await new Response(' ').clone().text();
}
