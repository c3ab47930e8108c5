/** The probe cannot go on. The message is for the terminal and contains no secret. */
export class ProbeStoppedError extends Error {
  override readonly name = 'ProbeStoppedError';
}
