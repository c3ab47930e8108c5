import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { CurrentSession } from './currentSession.ts';
import { screenOf, type Screen } from './screens.ts';
import { useSession } from './useSession.ts';

export interface WhileProps {
  /** What to show, or a function of the session that says so. */
  readonly children?: ReactNode | ((session: CurrentSession) => ReactNode);
}

/** Shows its children while a program shows this screen; what is one user's own is not the next one's. */
export function WhileScreen({
  screen,
  children,
}: WhileProps & { readonly screen: Screen }): ReactElement | null {
  const identity = useSession((view) => (screenOf(view) === screen ? view.identity : null));
  if (identity === null) return null;
  return (
    <Fragment key={identity}>
      {typeof children === 'function' ? <OfSession render={children} /> : children}
    </Fragment>
  );
}

function OfSession({ render }: { readonly render: (session: CurrentSession) => ReactNode }): ReactElement {
  return <>{render(useSession())}</>;
}
