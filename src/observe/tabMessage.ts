import { statuses, type SessionStatus } from '../../machines/index.ts';

/** Another tab or worker that observes the same session. */
export interface Tab {
  /** The id, which each call of `observeTabs` creates anew. */
  readonly id: string;
  readonly status: SessionStatus;
  /** Whether this tab refreshes for all tabs. */
  readonly holdsLock: boolean;
  readonly isVisible: boolean;
}

/** The messages between tabs: a roll call, the response to it, and a goodbye. None contains a token. */
export type TabMessage =
  | { readonly type: 'rollCall' }
  | ({ readonly type: 'present' } & Tab)
  | { readonly type: 'absent'; readonly id: string };

/** The longest valid id. Messages with a longer one are not from this library. */
const longestId = 64;

/** Reads a message, or returns `null` if it is not valid. Any script of the origin can send one. */
export function readTabMessage(message: unknown): TabMessage | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  const { type } = message;
  const given: { readonly type: unknown } & { readonly [Field in keyof Tab]?: unknown } = message;
  const { id, holdsLock, isVisible } = given;
  if (type === 'rollCall') return { type };
  if (!isId(id)) return null;
  if (type === 'absent') return { type, id };
  const status = statuses.find((name) => name === given.status);
  const isWhole = typeof holdsLock === 'boolean' && typeof isVisible === 'boolean' && status !== undefined;
  return type === 'present' && isWhole ? { type, id, status, holdsLock, isVisible } : null;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestId;
}
