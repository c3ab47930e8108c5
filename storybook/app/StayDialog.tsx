import type { Session } from 'sessionchart';
import type { SessionLimits } from 'sessionchart/limits';
import { useSession } from 'sessionchart/react';
import { useEffect, useReducer, type ReactElement } from 'react';

interface StayDialogProps {
  readonly session: Session;
  readonly limits: SessionLimits;
}

/** Warns the user before the session ends, with a countdown. */
export function StayDialog({ session, limits }: StayDialogProps): ReactElement | null {
  const ending = useSession((view) => view.ending);
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    if (ending === null) return;
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [ending]);
  if (ending === null) return null;
  const left = Math.max(0, Math.ceil((ending.endsAt - session.clock.now()) / 1000));
  return (
    <dialog open aria-label="Are you still there?" className="sign-in-again">
      <p>
        {ending.reason === 'idle'
          ? `You will be signed out in ${left} s.`
          : `You have to sign in again in ${left} s. Please finish your order.`}
      </p>
      <p className="buttons">
        {ending.reason === 'idle' && (
          <button type="button" onClick={limits.stay}>
            Stay signed in
          </button>
        )}
        <button type="button" className="quiet" onClick={() => void session.logout()}>
          Sign out now
        </button>
      </p>
    </dialog>
  );
}
