import { LoginFailedError } from '../errors/loginErrors.ts';
import type { Awaitable } from '../platform/thenable.ts';
import type { Grant } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import { unknownSignIn } from './authorizationError.ts';
import { handOver, isOfWindow } from './handOver.ts';
import { throwReason } from './throwReason.ts';
import type { OAuthUser } from './windowSignIn.ts';

/** What the page of `redirectUri` knows of a sign-in for which the user had left. */
interface ReturnedSignIn {
  /** Where the program continues. */
  readonly returnTo: string;
  /** Whether an API has asked for a stronger sign-in of the user (RFC 9470). */
  readonly isStepUp: boolean;
}

/** The steps of a sign-in that the user has come back from. */
export interface CallbackSteps<Found extends ReturnedSignIn> {
  /** Returns the sign-in with this state, or `null` if none is under way. A callback counts once. */
  find(this: void, state: string): Awaitable<Found | null>;
  /** Exchanges the code, outside the contract of the session. */
  exchange(this: void, found: Found, response: URLSearchParams): Promise<Grant<OAuthUser>>;
  revoke(this: void, grant: Grant<OAuthUser>): Promise<unknown>;
  /** Observes the response, which `done` completes. */
  returned?(this: void, response: URLSearchParams, done: Promise<unknown>): void;
}

/** Completes the sign-in on the page of `redirectUri`. */
export type Complete<Way> = (
  session: Session<OAuthUser, Way>,
  url?: string | URL,
) => Promise<{ readonly returnTo: string }>;

export function createCallbackPage<Way, Found extends ReturnedSignIn>({
  find,
  exchange,
  revoke,
  returned,
}: CallbackSteps<Found>): Complete<Way> {
  let last: { readonly state: string; readonly done: Promise<{ readonly returnTo: string }> } | null = null;

  /** Another user replaces the session, unless an API asked for this one. */
  async function grantFor(
    { getSnapshot }: Session<OAuthUser, Way>,
    found: Found,
    response: URLSearchParams,
  ): Promise<Grant<OAuthUser>> {
    const grant = await exchange(found, response);
    const { isSignedIn, user } = getSnapshot();
    if (!found.isStepUp || !isSignedIn || grant.user?.sub === user?.sub) return grant;
    await revoke(grant).catch(() => undefined);
    throw new LoginFailedError({ status: null, serverCode: null, verdict: 'subjectMismatch' });
  }

  async function completeOnce(session: Session<OAuthUser, Way>, response: URLSearchParams) {
    const found = await find(response.get('state') ?? '');
    if (found === null) throw unknownSignIn();
    await session.ready();
    await session.adopt(grantFor(session, found, response).catch(throwReason));
    return { returnTo: found.returnTo };
  }

  return (session, url) => {
    const { searchParams } = new URL(url ?? location.href);
    if (url === undefined) clearAddress();
    // StrictMode and routers call twice; the address has no response any more.
    const state = searchParams.get('state') ?? last?.state ?? '';
    if (last?.state !== state) {
      const done = isOfWindow(state)
        ? handOver(searchParams, session.clock)
        : completeOnce(session, searchParams).catch(throwReason);
      returned?.(searchParams, done);
      last = { state, done };
    }
    return last.done;
  };
}

/** Removes the response from the page's address, so that it stays in no history and no log. */
function clearAddress(): void {
  const url = new URL(location.href);
  const names = ['code', 'state', 'iss', 'session_state', 'error', 'error_description', 'error_uri'];
  for (const name of names) url.searchParams.delete(name);
  history.replaceState(history.state, '', url.href);
}
