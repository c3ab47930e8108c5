import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { auth } from '../session.ts';
import { codeOf, providerProblem } from './problemOf.ts';

/** Leaves the page for the provider's sign-in page. */
export function ProviderSignIn({ returnTo }: { readonly returnTo: string }) {
  const [search] = useSearchParams();
  const [problem, setProblem] = useState(() => search.get('problem'));
  const [isLeaving, setLeaving] = useState(false);

  async function signIn() {
    setProblem(null);
    setLeaving(true);
    try {
      // Many providers grant a refresh token only with the user's consent.
      await auth?.signIn({ returnTo, prompt: 'consent' });
    } catch (error) {
      setProblem(codeOf(error));
      setLeaving(false);
    }
  }

  return (
    <>
      <p className="problem" role="alert">
        {problem === null ? null : providerProblem(problem)}
      </p>
      <button
        className="primary"
        type="button"
        aria-disabled={isLeaving}
        onClick={() => void (isLeaving || signIn())}
      >
        {isLeaving ? 'One moment…' : 'Continue at the provider'}
      </button>
      <p className="hint">
        You leave this page and come back signed in. The list <b>OAuth steps</b> shows what happens: DPoP with
        nonces, and a refresh token that is used once.
      </p>
    </>
  );
}
