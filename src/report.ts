/** Hands an error of somebody's own function to the platform, without letting it disturb the session. */
export function report(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}

/** Calls a listener; what it throws is reported. */
export function notify<Message>(listener: (message: Message) => void, message: Message): void {
  try {
    listener(message);
  } catch (error) {
    report(error);
  }
}
