/** Several times as many as an exchange with an in-memory server takes. */
const enoughTurns = 10;

/** Lets everything run that waits for no timer and no network. */
export async function letSettle(): Promise<void> {
  for (let turn = 0; turn < enoughTurns; turn += 1) await nextTurn();
}

/** The event loop's next turn. Test runners' fake timers replace `setTimeout` and its like, and not this. */
async function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
  port1.close();
  // Chromium hands the body of a clone on by a thread of its own, which may take hundreds of turns; but one after another.
  await new Response(' ').clone().text();
}
