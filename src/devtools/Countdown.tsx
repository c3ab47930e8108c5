import type { Clock } from '../platform/clock.ts';
import type { SessionView } from '../session/view.ts';
import { useNow } from './useNow.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The remaining lifetime of the access token. */
export function Countdown({ clock, view }: { readonly clock: Clock; readonly view: SessionView }) {
  const { expiresAt, status } = view;
  const left = expiresAt === null ? 0 : expiresAt - clock.now();
  const every = left <= 0 ? null : left > hour ? minute : 1_000;
  const now = useNow(clock, { every, at: expiresAt ?? 0 });
  if (status === 'anonymous' || status === 'loggedOut') return null;
  return (
    <p className="sessionchart-countdown" data-over={status === 'expired' || (expiresAt ?? now + 1) <= now}>
      <span>access token</span>
      <b role="timer">{status === 'expired' ? 'expired' : say(expiresAt, now)}</b>
    </p>
  );
}

function say(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return 'lifetime unknown';
  const left = expiresAt - now;
  if (left <= 0) return 'expired';
  if (left > hour) return `${Math.floor(left / hour)} h ${Math.floor((left % hour) / minute)} min`;
  const seconds = Math.ceil(left / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
