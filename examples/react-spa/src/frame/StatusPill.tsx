import { useSession } from 'sessionchart/react';

const words = {
  anonymous: 'signed out',
  authenticated: 'signed in',
  refreshing: 'refreshing',
  expired: 'expired',
  loggedOut: 'signed out',
} as const;

export function StatusPill() {
  const status = useSession((view) => view.status);
  return (
    <span className="pill" data-status={status}>
      {words[status]}
    </span>
  );
}
