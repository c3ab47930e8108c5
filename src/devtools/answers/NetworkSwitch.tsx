import { useEffect, useState } from 'react';
import type { Session } from '../../session/session.ts';
import { cutConnection } from './forcedAnswers.ts';
import type { Interceptions } from './interceptions.ts';

export interface NetworkSwitchProps {
  readonly session: Session;
  readonly interceptions: Interceptions;
}

/** Cuts the network: every connection fails, and the machine is told. */
export function NetworkSwitch({ session: { actor, clock }, interceptions }: NetworkSwitchProps) {
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    if (!isCut) return undefined;
    const restore = interceptions.add({
      name: 'offline',
      purpose: null,
      isOnce: false,
      respond: cutConnection,
    });
    const wasOnline = actor.getSnapshot().context.online;
    actor.send({ type: 'network.offline', at: clock.now() });
    return () => {
      restore();
      const isRunning = actor.getSnapshot().status === 'active';
      if (wasOnline && isRunning) actor.send({ type: 'network.online', at: clock.now() });
    };
  }, [isCut, actor, clock, interceptions]);
  return (
    <p className="sessionchart-network">
      <button type="button" onClick={() => setCut(!isCut)}>
        {isCut ? 'Restore the network' : 'Cut the network'}
      </button>
      <span role="status">{isCut ? 'All connections are cut.' : ''}</span>
    </p>
  );
}
