import type { ForcedAnswer } from 'sessionchart/devtools';
import type { DialectName } from 'sessionchart/testing';

const refusal = (purpose: ForcedAnswer['purpose'], code: string): ForcedAnswer => ({
  name: `401 ${code}`,
  purpose,
  respond: () => Response.json({ code }, { status: 401 }),
});

/** Responses in each server's own format, for the list in the devtools. */
export const answers: Readonly<Record<DialectName, readonly ForcedAnswer[]>> = {
  rotating: [],
  coded: [refusal('api', 'T-001'), refusal('api', 'T-002'), refusal('refresh', 'T-003')],
  express: [],
  message: [],
  header: [],
};
