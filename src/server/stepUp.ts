import type { StepUp } from '../../machines/index.ts';

/** The longest challenge to search, in characters. */
const longestChallenge = 4_096;

/** Reads which sign-in the server asks for, from the challenge of its response (RFC 9470, section 3). */
export function readStepUp(headers: Headers): StepUp {
  const challenge = (headers.get('www-authenticate') ?? '').slice(0, longestChallenge);
  const maxAge = Number(parameterOf(challenge, /(?:^|[\s,])max_age\s*=\s*(?:"([^"]*)"|([^",\s]+))/i) ?? NaN);
  return {
    acrValues: parameterOf(challenge, /(?:^|[\s,])acr_values\s*=\s*(?:"([^"]*)"|([^",\s]+))/i),
    maxAge: Number.isSafeInteger(maxAge) && maxAge >= 0 ? maxAge : null,
  };
}

function parameterOf(challenge: string, pattern: RegExp): string | null {
  const [, quoted = '', plain = quoted] = pattern.exec(challenge) ?? [];
  return plain.trim() === '' ? null : plain;
}
