export { limitSession } from './limitSession.ts';
export { pageActivity } from './pageActivity.ts';
export { limitsSlot } from '../session/limitsSlot.ts';

export type { SessionLimits } from './limitSession.ts';
export type { LimitedSession } from './limitWatch.ts';
export type { ActivitySource, LimitOptions } from './limitOptions.ts';
export type { LimitsSlot } from '../session/limitsSlot.ts';
