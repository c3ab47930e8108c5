import type { Session } from 'sessionchart';
import type { SessionLimits } from 'sessionchart/limits';
import { RequireSession, SessionProvider } from 'sessionchart/react';
import { useState, type ReactElement } from 'react';
import { ConfirmPassword } from './ConfirmPassword.tsx';
import { Header } from './Header.tsx';
import { OrderForm } from './OrderForm.tsx';
import { Orders } from './Orders.tsx';
import { OpeningHours } from './OpeningHours.tsx';
import { SignInAgain } from './SignInAgain.tsx';
import { SignInForm } from './SignInForm.tsx';
import { StayDialog } from './StayDialog.tsx';
import './app.css';

interface AppProps {
  readonly session: Session;
  /** The limits of the session, or `null`. Default is none. */
  readonly limits?: SessionLimits | null;
}

/** A flower shop's page for its customers. */
export function App({ session, limits = null }: AppProps): ReactElement {
  // Kept outside of RequireSession, which remounts its children for another user: the form may be gone when the response arrives.
  const [notice, setNotice] = useState('');
  return (
    <SessionProvider session={session}>
      <section className="app card" aria-label="Page">
        <Header />
        {limits !== null && <StayDialog session={session} limits={limits} />}
        <p role="status" aria-label="Notice" className="notice">
          {notice}
        </p>
        <RequireSession
          fallback={<p className="restoring">One moment, please …</p>}
          signedOut={<SignInForm title="Sign in" />}
          expired={<SignInAgain />}
        >
          <ConfirmPassword />
          <Orders session={session} />
          <OrderForm session={session} onNotice={setNotice} />
        </RequireSession>
        <OpeningHours session={session} />
      </section>
    </SessionProvider>
  );
}
