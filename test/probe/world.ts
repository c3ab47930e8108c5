import type { ServerContract } from '../../src/index.ts';
import { probe, type ProbeOptions, type ProbeReport } from '../../src/probe/probe.ts';
import { createManualClock, type ManualClock } from '../../src/testing/index.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer, type StartServerOptions } from '../referenceServer/server.ts';

export const ada = { username: 'ada', password: 'lovelace' };

/** A probe of a server, with a clock that advances when the probe waits. */
export function probeWith(
  contract: ServerContract,
  clock: ManualClock,
  options: Partial<ProbeOptions> & Pick<ProbeOptions, 'baseUrl'>,
): Promise<ProbeReport> {
  return probe({
    contract,
    credentials: ada,
    resource: 'api/me',
    forbidden: 'api/forbidden',
    maxWait: 5_000,
    waitExpiry: 0,
    wrongPassword: true,
    network: { fetch, now: clock.now, wait: clock.advance, origin: null },
    announce: () => undefined,
    ...options,
  });
}

/** A reference server on a port, and probes of it. */
export async function createWorld(dialect: StartServerOptions['dialect'] = 'rotating') {
  const clock = createManualClock({ now: Date.now() });
  const server = await startServer({ dialect, now: clock.now, argon2Cost: cheapArgon2Cost });
  return {
    clock,
    server,
    probe: (contract: ServerContract, options: Partial<ProbeOptions> = {}) =>
      probeWith(contract, clock, { baseUrl: server.url, ...options }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The mark and the text of each finding, by its id. */
export function findingsOf({ findings }: ProbeReport): Record<string, string> {
  return Object.fromEntries(findings.map(({ id, mark, result }) => [id, `${mark}: ${result}`]));
}

/** The problems as `level where`. */
export const problemsOf = ({ problems }: ProbeReport): string[] =>
  problems.map(({ level, where }) => `${level} ${where}`);
