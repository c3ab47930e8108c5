import { session, useSessionView } from '../session.ts';
import { Countdown } from './Countdown.tsx';
import { Requests } from './Requests.tsx';
import { SignInForm } from './SignInForm.tsx';

/** The sign-in form, or the user with the countdown and buttons. */
export function OwnTab() {
  const { isSignedIn, user } = useSessionView();
  return (
    <section className="card" aria-labelledby="own">
      <div className="heading">
        <h2 id="own">This tab</h2>
        {isSignedIn && (
          <button type="button" onClick={() => void session.logout()}>
            Sign out in all tabs
          </button>
        )}
      </div>
      {isSignedIn ? <SignedIn username={user?.username ?? 'unknown user'} /> : <SignInForm />}
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
          <span className="quiet">The ring shows the remaining lifetime of the access token.</span>
        </p>
      </div>
      <Requests />
    </>
  );
}
