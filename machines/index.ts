export { sessionMachine } from './session.ts';
export { isNewer, longestDelay, pauseLeft, shortestCooldown, timer } from './rules.ts';
export type { SessionMachine } from './session.ts';
export { stampOf } from './facts.ts';
export { ignoredEvents, type IgnoredEvents } from './ignoredEvents.ts';
export { stateName, type StateName } from './stateName.ts';
export {
  accessTokenVerdicts,
  endingVerdicts,
  passingVerdicts,
  refreshTokenVerdicts,
  serverVerdicts,
  statuses,
} from './types.ts';
export type * from './types.ts';
