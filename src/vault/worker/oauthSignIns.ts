import { isAuthorizationError, unknownSignIn } from '../../oauth/authorizationError.ts';
import type { WorkerOAuth } from '../../oauth/workerOAuth.ts';
import type { ServerContract } from '../../server/contract.ts';
import type { Answers, Messages, ReturnedSignIn } from '../protocol.ts';
import { refusalIn } from './contractCalls.ts';
import { createSignInNotes, type SignInNotes } from './signInNotes.ts';

/** The sign-ins of pages at a provider. The code verifiers stay in the worker. */
export interface OAuthSignIns {
  readonly contract: ServerContract;
  /** Creates an authorization request, to which the page leads the user. */
  authorize(this: void, message: Messages['authorize'], signal: AbortSignal): Promise<Answers['authorize']>;
  /** Returns what the page must know of a sign-in from which the user has come back. */
  returned(this: void, state: string): Promise<ReturnedSignIn | null>;
  /** The address where the page ends the session at the provider, or `null`. */
  endSessionUrl(this: void, signal: AbortSignal): Promise<string | null>;
}

export function createOAuthSignIns(
  provider: WorkerOAuth,
  notes: SignInNotes = createSignInNotes(),
): OAuthSignIns {
  const { codeFlow, contract, directCall, providerCall, issuer, redirectUri } = provider;
  return {
    contract: {
      ...contract,
      endpoints: { login: issuer, refresh: issuer, logout: issuer },
      async login({ credentials, ...call }) {
        const response = new URLSearchParams(typeof credentials === 'string' ? credentials : '');
        const found = await notes.take(response.get('state') ?? '');
        if (found === null) throw unknownSignIn();
        return codeFlow.exchange(providerCall(call), found, response);
      },
    },
    async authorize({ state, returnTo = '', ...given }, signal) {
      const { maxAge = null, acrValues = null } = given;
      const target = { redirectUri: redirectUri(), ...(state !== null && { state }) };
      const begun = await codeFlow.begin(directCall(signal), given, target).catch(refusalOf);
      if ('refusal' in begun) return begun;
      const { url, signIn } = begun;
      const isStepUp = acrValues !== null || maxAge !== null;
      // With its own `state`, the page stays open and waits for another window. So this worker stays too.
      await notes.add({ ...signIn, returnTo, isStepUp, at: Date.now() }, state === null);
      return { url };
    },
    async returned(state) {
      const found = await notes.find(state);
      return found === null ? null : { returnTo: found.returnTo, isStepUp: found.isStepUp };
    },
    endSessionUrl: (signal) => provider.endSessionUrl(signal).catch(() => null),
  };
}

function refusalOf(error: unknown) {
  if (isAuthorizationError(error)) return { refusal: refusalIn(error) };
  throw error;
}
