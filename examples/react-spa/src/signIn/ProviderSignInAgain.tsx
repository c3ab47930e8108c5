import { useState } from 'react';
import { popup } from 'sessionchart/oauth';
import { useSession } from 'sessionchart/react';
import { codeOf, providerProblem } from './problemOf.ts';

/** Signs in in a popup: the page stays, and with it the orders that wait. */
export function ProviderSignInAgain() {
  const { user, login, isSigningIn } = useSession();
  const [problem, setProblem] = useState<string | null>(null);

  function signIn() {
    setProblem(null);
    // Directly in the click: browsers block a window that opens later.
    login(popup({ prompt: 'consent', loginHint: user?.username ?? '' })).catch((error: unknown) =>
      setProblem(codeOf(error)),
    );
  }

  return (
    <>
      <p className="problem" role="alert">
        {problem === null ? null : providerProblem(problem)}
      </p>
      <button
        className="primary"
        type="button"
        autoFocus
        aria-disabled={isSigningIn}
        onClick={() => isSigningIn || signIn()}
      >
        {isSigningIn ? 'Waiting for the provider…' : 'Sign in at the provider'}
      </button>
    </>
  );
}
