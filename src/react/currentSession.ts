import type { RegisteredSession, RegisteredView } from './register.ts';

/** The session in a component: the current view and the commands. */
export interface CurrentSession extends RegisteredView {
  /** Signs in: `session.login`. Always the same function. */
  readonly login: RegisteredSession['login'];
  /** Gives up the second step of a sign-in: `session.cancelLogin`. Always the same function. */
  readonly cancelLogin: RegisteredSession['cancelLogin'];
  /** Gives up a stronger sign-in that the server asked for: `session.cancelStepUp`. Always the same function. */
  readonly cancelStepUp: RegisteredSession['cancelStepUp'];
  /** Signs out: `session.logout`. Always the same function. */
  readonly logout: RegisteredSession['logout'];
  /** Refreshes now: `session.refresh`. Always the same function. */
  readonly refresh: RegisteredSession['refresh'];
  /** Changes the user: `session.updateUser`. Always the same function. */
  readonly updateUser: RegisteredSession['updateUser'];
}
