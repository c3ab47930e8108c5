import { statuses, type SessionStatus } from '../../machines/index.ts';

/** Another tab or worker that observes the same session. */
export interface Tab {
  /** Made afresh by each `observeTabs`. */
  readonly id: string;
  readonly status: SessionStatus;
  /** Whether it refreshes for all tabs. */
  readonly holdsLock: boolean;
  readonly isVisible: boolean;
}

/** What tabs tell each other: a question which tabs are open, an answer, a farewell. No token. */
export type TabMessage =
  | { readonly type: 'rollCall' }
  | ({ readonly type: 'present' } & Tab)
  | { readonly type: 'absent'; readonly id: string };

/** A longer text in a message is not from this library. */
const longestId = 64;

/** Reads a message; `null` where it is none. It is foreign input: any script of the origin can send one. */
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
