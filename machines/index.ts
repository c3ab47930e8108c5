export { sessionMachine, isNewer, longestDelay, pauseLeft, shortestCooldown } from './session.ts';
export type { SessionMachine } from './session.ts';
export {
  accessTokenVerdicts,
  endingVerdicts,
  passingVerdicts,
  refreshTokenVerdicts,
  serverVerdicts,
  statuses,
} from './types.ts';
export type * from './types.ts';
