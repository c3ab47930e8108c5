import type { Session } from '../session/session.ts';

/**
 * Where a program says which session is its own. Hooks and components then know the type of the user and of
 * the credentials, without a type argument at each call; otherwise they are `unknown`.
 *
 * @example
 * ```ts
 * declare module 'sessionchart/react' {
 *   interface Register {
 *     session: typeof session;
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a program adds its session
export interface Register {}

/** The session of the program: what {@link Register} says, or one of anybody. */
export type RegisteredSession = Register extends { readonly session: infer Registered extends Session }
  ? Registered
  : Session;

/** What its components see of it. */
export type RegisteredView = ReturnType<RegisteredSession['getSnapshot']>;
