import { Navigate } from 'react-router';
import { RequireSession, useSession } from 'sessionchart/react';
import { Header } from '../frame/Header.tsx';
import { Loading } from '../frame/Loading.tsx';
import { SignInAgain } from '../signIn/SignInAgain.tsx';
import { Stockroom } from './Stockroom.tsx';

export function StockroomScreen() {
  const isExpired = useSession(({ status }) => status === 'expired');
  return (
    <RequireSession
      fallback={<Loading />}
      signedOut={<Navigate to="/sign-in" replace />}
      expired={<SignInAgain />}
    >
      <div inert={isExpired}>
        <Header />
        <Stockroom />
      </div>
    </RequireSession>
  );
}
