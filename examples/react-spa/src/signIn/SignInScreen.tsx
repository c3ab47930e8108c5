import { Navigate, useSearchParams } from 'react-router';
import { RequireSession } from 'sessionchart/react';
import { Gear } from '../frame/Gear.tsx';
import { Loading } from '../frame/Loading.tsx';
import { SignInForm } from './SignInForm.tsx';

/** For those who are not signed in. Everybody else is sent on to where they wanted to go. */
export function SignInScreen() {
  const [search] = useSearchParams();
  const from = search.get('from') ?? '/';
  // A path of this page and nothing else: an address of another site has two slashes.
  const goOn = <Navigate to={/^\/(?![/\\])/.test(from) ? from : '/'} replace />;
  return (
    <RequireSession fallback={<Loading />} signedOut={<SignIn />} expired={goOn}>
      {goOn}
    </RequireSession>
  );
}

function SignIn() {
  return (
    <main className="signIn">
      <div className="card">
        <Gear />
        <h1>Stockroom</h1>
        <p className="quiet">Sign in to see what is on the shelves.</p>
        <SignInForm />
        <p className="hint">
          <code>ada</code> and <code>grace</code> have a key. Their passwords are printed where this page was
          started.
        </p>
      </div>
    </main>
  );
}
