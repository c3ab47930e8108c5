import { useEffect, useState } from 'react';
import { session, useSessionView } from '../session.ts';

/** The full circle, in seconds: the lifetime of the server's access tokens. */
const full = 15;

/** The remaining lifetime of the access token. */
export function Countdown() {
  const { expiresAt } = useSessionView();
  const now = useNow();
  if (expiresAt === null) return null;
  const seconds = Math.max(0, Math.ceil((expiresAt - now) / 1000));
  return (
    <div className="countdown" role="timer" aria-label="Seconds until the access token expires">
      <svg viewBox="0 0 40 40" width="76" height="76" aria-hidden="true">
        <circle cx="20" cy="20" r="17" />
        <circle
          cx="20"
          cy="20"
          r="17"
          pathLength={full}
          strokeDasharray={`${Math.min(seconds, full)} ${full}`}
        />
      </svg>
      <b>{seconds}</b>
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => session.clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(session.clock.now()), 200);
    return () => clearInterval(timer);
  }, []);
  return now;
}
