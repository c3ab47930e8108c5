import { useEffect, useState } from 'react';
import { useSession } from 'sessionchart/react';
import { session } from '../session.ts';

/** The full circle, in seconds: the server's tokens live for a minute. */
const full = 60;

/** The remaining lifetime of the access token, which is refreshed before it ends. */
export function TokenCountdown() {
  const expiresAt = useSession((view) => view.expiresAt);
  const now = useNow();
  if (expiresAt === null) return null;
  const seconds = Math.max(0, Math.ceil((expiresAt - now) / 1000));
  return (
    <span className="countdown" role="timer" aria-label="Access token expires in">
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" />
        <circle
          cx="10"
          cy="10"
          r="8"
          pathLength={full}
          strokeDasharray={`${Math.min(seconds, full)} ${full}`}
        />
      </svg>
      {seconds} s
    </span>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => session.clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(session.clock.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}
