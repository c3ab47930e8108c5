import { useSession } from 'sessionchart/react';
import { Gear } from './Gear.tsx';
import { StatusPill } from './StatusPill.tsx';
import { TokenCountdown } from './TokenCountdown.tsx';

export function Header() {
  const { user, logout } = useSession();
  return (
    <header className="top">
      <Gear />
      <strong className="brand">Stockroom</strong>
      <StatusPill />
      <TokenCountdown />
      <div className="user">
        <span className="initial" aria-hidden="true">
          {user?.username[0]}
        </span>
        <b>{user?.username}</b>
        <button className="plain" type="button" onClick={() => void logout()}>
          Sign out
        </button>
      </div>
    </header>
  );
}
