import { createContext, useContext } from 'react';
import type { CurrentSession } from './currentSession.ts';
import type { RegisteredSession, RegisteredView } from './register.ts';
import { continuedSource, restoringView, type ViewSource } from './viewSource.ts';

/** The value of the context: the same object for the same session. */
export interface Provided {
  readonly session: RegisteredSession;
  /** How many sessions the provider had before this one. */
  readonly order: number;
  /** The view for the server and for hydration, so that both render the same. */
  readonly startingView: RegisteredView;
  readonly live: ViewSource<RegisteredView>;
  /** Adds the commands to a view. */
  readonly describe: (view: RegisteredView) => CurrentSession;
}

export function provide(
  session: RegisteredSession,
  initialView: RegisteredView | null,
  order: number,
): Provided {
  const { login, cancelLogin, cancelStepUp, logout, refresh, updateUser } = session;
  return {
    session,
    order,
    startingView: initialView ?? restoringView,
    live: initialView === null ? session : continuedSource(session, initialView),
    describe: (view) => ({ ...view, login, cancelLogin, cancelStepUp, logout, refresh, updateUser }),
  };
}

export const SessionContext = createContext<Provided | null>(null);

/** @throws {Error} if there is no provider */
export function useProvided(): Provided {
  const provided = useContext(SessionContext);
  if (provided === null) {
    throw new Error(
      'Expected a `<SessionProvider>` above this component: render `<SessionProvider session={session}>` around your application',
    );
  }
  return provided;
}
