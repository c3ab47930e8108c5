import { Navigate, useSearchParams } from 'react-router';
import { RequireSession } from 'sessionchart/react';
import { Gear } from '../frame/Gear.tsx';
import { Loading } from '../frame/Loading.tsx';
import { isAtProvider } from '../session.ts';
import { SignInForm } from './SignInForm.tsx';
import { ProviderSignIn } from './ProviderSignIn.tsx';
import { WaySwitch } from './WaySwitch.tsx';

/** Shows the sign-in form, and redirects users who are signed in to the page that they asked for. */
export function SignInScreen() {
  const [search] = useSearchParams();
  const from = search.get('from') ?? '/';
  // Accept only a path of this site: a URL of another site starts with two slashes.
  const goOn = <Navigate to={/^\/(?![/\\])/.test(from) ? from : '/'} replace />;
  return (
    <RequireSession fallback={<Loading />} signedOut={<SignIn returnTo={from} />} expired={goOn}>
      {goOn}
    </RequireSession>
  );
}

function SignIn({ returnTo }: { readonly returnTo: string }) {
  return (
    <main className="signIn">
      <div className="card">
        <Gear />
        <h1>Stockroom</h1>
        <p className="quiet">Sign in to see what is in stock.</p>
        <WaySwitch />
        {isAtProvider ? <ProviderSignIn returnTo={returnTo} /> : <SignInForm />}
      </div>
    </main>
  );
}
