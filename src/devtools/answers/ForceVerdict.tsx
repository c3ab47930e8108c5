import { useState } from 'react';
import { serverVerdicts, type ServerVerdict } from '../../../machines/index.ts';
import type { Session } from '../../session/session.ts';
import { Choice } from './Choice.tsx';

/** Sends the machine a verdict, as if a response had just carried it. */
export function ForceVerdict({ session }: { readonly session: Session }) {
  const [verdict, setVerdict] = useState<ServerVerdict>('accessTokenExpired');
  return (
    <form
      className="sessionchart-form"
      onSubmit={(event) => {
        event.preventDefault();
        sendVerdict(session, verdict);
      }}
    >
      <Choice label="Verdict" options={serverVerdicts} value={verdict} onChange={setVerdict} />
      <button type="submit">Send to the machine</button>
    </form>
  );
}

function sendVerdict({ actor, clock }: Session, verdict: ServerVerdict): void {
  const { sessionId, generation } = actor.getSnapshot().context;
  actor.send({
    type: `server.${verdict}`,
    sessionId: sessionId ?? '',
    generation,
    status: null,
    code: null,
    at: clock.now(),
  });
}
