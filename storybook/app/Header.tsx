import { useSession } from 'sessionchart/react';
import type { ReactElement } from 'react';
import { displayName } from './displayName.ts';

export function Header(): ReactElement {
  const { status, isSignedIn, user, logout } = useSession();
  return (
    <header>
      <h2>Bluebell Flowers</h2>
      {(isSignedIn || status === 'expired') && (
        <div className="account">
          <span>
            Signed in as <b>{displayName(user)}</b>
          </span>
          <button type="button" className="quiet" onClick={() => void logout()}>
            Sign out
          </button>
        </div>
      )}
    </header>
  );
}
