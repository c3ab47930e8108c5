import { useState, type ReactElement, type ReactNode } from 'react';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import { provide, SessionContext } from './provided.ts';
import type { RegisteredSession, RegisteredView } from './register.ts';

export interface SessionProviderProps {
  /**
   * The session from `createSession()`. The provider neither starts nor stops it. If this changes to another session,
   * the children are remounted.
   */
  readonly session: RegisteredSession;
  /**
   * The view that the server rendered: its `session.getSnapshot()`, directly or through JSON. It is shown during
   * hydration and until the session is restored. Later values are ignored.
   *
   * @default the view of a session that is being restored
   */
  readonly initialView?: RegisteredView | null | undefined;
  readonly children?: ReactNode;
}

/**
 * Provides a session to the components below.
 *
 * @throws {InvalidOptionError} `session` is not a session, or `initialView` is not a view
 *
 * @example
 * ```tsx
 * import { SessionProvider } from 'sessionchart/react';
 *
 * const root = <SessionProvider session={session}>Hello</SessionProvider>;
 * ```
 */
export function SessionProvider({ session, initialView, children }: SessionProviderProps): ReactElement {
  const [provided, setProvided] = useState(() => {
    expectSession(session);
    expectView(initialView);
    return provide(session, initialView ?? null, 0);
  });
  if (provided.session !== session) {
    expectSession(session);
    setProvided(provide(session, null, provided.order + 1));
  }
  return (
    <SessionContext.Provider key={provided.order} value={provided}>
      {children}
    </SessionContext.Provider>
  );
}

const sessionParts = ['getSnapshot', 'subscribe', 'login', 'logout', 'refresh', 'ready'] as const;

function expectSession(session: unknown): void {
  const isSession =
    typeof session === 'object' &&
    session !== null &&
    sessionParts.every((part) => typeof Reflect.get(session, part) === 'function');
  if (!isSession) refuse('session', 'a session from `createSession()`', session);
}

function expectView(view: unknown): void {
  if (view === undefined || view === null) return;
  const isView =
    typeof view === 'object' &&
    typeof Reflect.get(view, 'status') === 'string' &&
    Number.isFinite(Reflect.get(view, 'identity'));
  if (!isView) refuse('initialView', 'the result of `session.getSnapshot()` on the server', view);
}

function refuse(property: keyof SessionProviderProps, expected: string, received: unknown): never {
  throw new InvalidOptionError(`<SessionProvider ${property}>`, expected, kindOf(received));
}
