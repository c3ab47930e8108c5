/** The kind of a step of OAuth and OpenID Connect. */
export type ProtocolStepName =
  | 'discovery'
  | 'keys'
  | 'pushedAuthorization'
  | 'authorization'
  | 'callback'
  | 'deviceAuthorization'
  | 'token'
  | 'userinfo'
  | 'revocation'
  | 'endSession'
  | 'api';

/** A parameter of a request, or a field of a response. */
export interface ProtocolField {
  readonly name: string;
  /** `null` if it is a secret, or may be one. */
  readonly value: string | null;
}

/** A step of OAuth and OpenID Connect, without secrets. */
export interface ProtocolStep {
  /** The id, which stays the same when the step ends. */
  readonly id: number;
  readonly name: ProtocolStepName;
  /** The origin and path, without the query. Empty if it is unknown. */
  readonly url: string;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  /** How long it took, in milliseconds. `null` while it lasts. */
  readonly duration: number | null;
  /** The status of the response. `null` for a redirect, and without a response. */
  readonly status: number | null;
  /** Why it failed: `invalid_grant`, `access_denied`, `use_dpop_nonce`, or the name of an error (`TypeError`). */
  readonly code: string | null;
  /** Whether it repeats a request that was refused for want of a nonce (RFC 9449, sections 8 and 9). */
  readonly isRepeat: boolean;
  /** The thumbprint of the key whose proof was sent (RFC 7638). `null` if there was no proof. */
  readonly proof: string | null;
  /** The parameters of the request. */
  readonly sent: readonly ProtocolField[];
  /** The fields of the response. */
  readonly received: readonly ProtocolField[];
}

/** The number of steps to keep. */
export const mostSteps = 100;

/** Where the steps are kept while the user is at the provider. */
export type StepStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Saves the steps. They are only for information: a storage that is full or forbidden does no harm. */
export function saveSteps(storage: StepStorage | null, key: string, steps: readonly ProtocolStep[]): void {
  try {
    storage?.setItem(key, JSON.stringify(steps));
  } catch {
    // The steps of this page are in memory.
  }
}

/** Reads saved steps. The page was left before the unfinished ones ended. */
export function loadSteps(storage: StepStorage | null, key: string): readonly ProtocolStep[] {
  try {
    const saved: unknown = JSON.parse(storage?.getItem(key) ?? '[]');
    const steps: readonly unknown[] = Array.isArray(saved) ? saved : [];
    return steps.filter(isStep).map((step) => (step.duration === null ? { ...step, duration: 0 } : step));
  } catch {
    return [];
  }
}

const types: { readonly [Field in keyof ProtocolStep]: readonly string[] } = {
  id: ['number'],
  name: ['string'],
  url: ['string'],
  at: ['number'],
  // `null` is an object.
  duration: ['number', 'object'],
  status: ['number', 'object'],
  code: ['string', 'object'],
  isRepeat: ['boolean'],
  proof: ['string', 'object'],
  sent: ['object'],
  received: ['object'],
};

/** Another version may have written it. */
function isStep(value: unknown): value is ProtocolStep {
  if (typeof value !== 'object' || value === null) return false;
  const hasTypes = Object.entries(types).every(([name, allowed]) =>
    allowed.includes(typeof Reflect.get(value, name)),
  );
  return hasTypes && ['sent', 'received'].every((name) => isFields(Reflect.get(value, name)));
}

const isFields = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((field) => typeof field === 'object' && field !== null && 'name' in field);
