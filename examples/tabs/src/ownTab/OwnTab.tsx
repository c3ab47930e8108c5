import { session, useSessionView } from '../session.ts';
import { Countdown } from './Countdown.tsx';
import { Requests } from './Requests.tsx';
import { SignInForm } from './SignInForm.tsx';

/** Who is signed in here, and what they can do. */
export function OwnTab() {
  const { status, user } = useSessionView();
  const isSignedIn = status === 'authenticated' || status === 'refreshing';
  return (
    <section className="card" aria-labelledby="own">
      <div className="heading">
        <h2 id="own">This tab</h2>
        {isSignedIn && (
          <button type="button" onClick={() => void session.logout()}>
            Sign out, in all tabs
          </button>
        )}
      </div>
      {isSignedIn ? <SignedIn username={user?.username ?? 'somebody'} /> : <SignInForm />}
    </section>
  );
}

function SignedIn({ username }: { readonly username: string }) {
  return (
    <>
      <div className="user">
        <Countdown />
        <p>
          Signed in as <b>{username}</b>
          <br />
          <span className="quiet">The ring is what is left of the access token.</span>
        </p>
      </div>
      <Requests />
    </>
  );
}
