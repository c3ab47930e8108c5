import { useSession } from 'sessionchart/react';
import type { ReactElement } from 'react';

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

/** Some servers do not name the user in a grant, and some name only an email address. */
function displayName(user: unknown): string {
  if (typeof user !== 'object' || user === null) return 'a customer';
  if ('username' in user && typeof user.username === 'string') return user.username;
  return 'email' in user && typeof user.email === 'string' ? user.email : 'a customer';
}
