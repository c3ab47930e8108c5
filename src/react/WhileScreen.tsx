import type { ReactElement, ReactNode } from 'react';
import type { CurrentSession } from './currentSession.ts';
import { screenOf, type Screen } from './screens.ts';
import { useSession } from './useSession.ts';

export interface WhileProps {
  /** What to show, or a function of the session that says so. */
  readonly children?: ReactNode | ((session: CurrentSession) => ReactNode);
}

/** Shows its children while a program shows this screen. */
export function WhileScreen({
  screen,
  children,
}: WhileProps & { readonly screen: Screen }): ReactElement | null {
  const isShown = useSession((view) => screenOf(view) === screen);
  if (!isShown) return null;
  return typeof children === 'function' ? <OfSession render={children} /> : <>{children}</>;
}

function OfSession({ render }: { readonly render: (session: CurrentSession) => ReactNode }): ReactElement {
  return <>{render(useSession())}</>;
}
