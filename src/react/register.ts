import type { Session } from '../session/session.ts';

/**
 * Augment this interface to register the type of your session. Hooks and components then know the types of the user
 * and of the credentials without type arguments. Without it, these types are `unknown`.
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
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the application adds its session
export interface Register {}

/** The type of the session in {@link Register}, or `Session` if none is registered. */
export type RegisteredSession = Register extends { readonly session: infer Registered extends Session }
  ? Registered
  : Session;

/** The view of the registered session. */
export type RegisteredView = ReturnType<RegisteredSession['getSnapshot']>;
