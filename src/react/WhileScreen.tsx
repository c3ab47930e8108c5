import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { CurrentSession } from './currentSession.ts';
import { screenOf, type Screen } from './screens.ts';
import { useSession } from './useSession.ts';

export interface WhileProps {
  /** The content, or a function that receives the session and returns it. */
  readonly children?: ReactNode | ((session: CurrentSession) => ReactNode);
}

/** Shows its children on one screen, and remounts them for another user. */
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
