export { SessionProvider } from './SessionProvider.tsx';
export { RequireSession } from './RequireSession.tsx';
export { SessionExpired } from './SessionExpired.tsx';
export { SignedIn } from './SignedIn.tsx';
export { SignedOut } from './SignedOut.tsx';
export { useRequiredSession } from './useRequiredSession.ts';
export { useSession } from './useSession.ts';

export type { CurrentSession } from './currentSession.ts';
export type { RequireSessionProps } from './RequireSession.tsx';
export type { SessionProviderProps } from './SessionProvider.tsx';
export type { WhileProps } from './WhileScreen.tsx';
export type { Register, RegisteredSession, RegisteredView } from './register.ts';
