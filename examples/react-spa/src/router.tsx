import { createBrowserRouter, redirect, type LoaderFunctionArgs } from 'react-router';
import { Frame } from './frame/Frame.tsx';
import { Loading } from './frame/Loading.tsx';
import { session } from './session.ts';
import { SignInScreen } from './signIn/SignInScreen.tsx';
import { StockroomScreen } from './stock/StockroomScreen.tsx';

/** Lets nobody in of whom nothing is known; somebody whose session has expired is asked on the screen itself. */
async function requireUser({ request }: LoaderFunctionArgs) {
  await session.ready();
  if (session.getSnapshot().user !== null) return null;
  const { pathname } = new URL(request.url);
  return redirect(pathname === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(pathname)}`);
}

export const router = createBrowserRouter([
  {
    Component: Frame,
    HydrateFallback: Loading,
    children: [
      { path: '/sign-in', Component: SignInScreen },
      {
        path: '/',
        loader: requireUser,
        Component: StockroomScreen,
        // One screen: the address says which part is about to be ordered.
        children: [
          { index: true, element: null },
          { path: 'parts/:n', element: null },
        ],
      },
    ],
  },
]);
