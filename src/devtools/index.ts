export { SessionDevtools } from './SessionDevtools.tsx';

export type { SessionDevtoolsProps } from './SessionDevtools.tsx';
export type { ForcedAnswer } from './answers/forcedAnswers.ts';
