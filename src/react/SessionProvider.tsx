import { useState, type ReactElement, type ReactNode } from 'react';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import { provide, SessionContext } from './provided.ts';
import type { RegisteredSession, RegisteredView } from './register.ts';

export interface SessionProviderProps {
  /**
   * The session, from `createSession()`: made outside of React, and started and ended by nobody here. With
   * another session the children are mounted afresh.
   */
  readonly session: RegisteredSession;
  /**
   * What the server rendered: `session.getSnapshot()` there, as it is or by way of JSON. It is shown while
   * hydrating, and until the session is restored. Only the first one counts.
   *
   * @default the view of a session that is being restored
   */
  readonly initialView?: RegisteredView | null | undefined;
  readonly children?: ReactNode;
}

/**
 * Hands a session to the components below.
 *
 * @throws {InvalidOptionError} `session` is no session, or `initialView` no view
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
  if (!isView) refuse('initialView', 'what `session.getSnapshot()` gave on the server', view);
}

function refuse(property: keyof SessionProviderProps, expected: string, received: unknown): never {
  throw new InvalidOptionError(`<SessionProvider ${property}>`, expected, kindOf(received));
}
