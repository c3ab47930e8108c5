import { createBrowserRouter, redirect, type LoaderFunctionArgs } from 'react-router';
import { Frame } from './frame/Frame.tsx';
import { Loading } from './frame/Loading.tsx';
import { completeSignIn, session } from './session.ts';
import { codeOf } from './signIn/problemOf.ts';
import { SignInScreen } from './signIn/SignInScreen.tsx';
import { StockroomScreen } from './stock/StockroomScreen.tsx';

/** Redirects to the sign-in if no user is known. If the session has expired, the screen itself asks for the password. */
async function requireUser({ request }: LoaderFunctionArgs) {
  await session.ready();
  if (session.getSnapshot().user !== null) return null;
  const { pathname } = new URL(request.url);
  return redirect(pathname === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(pathname)}`);
}

/** The page to which the provider sends the user back. */
async function finishSignIn() {
  try {
    const { pathname } = new URL(await completeSignIn(), location.href);
    return redirect(pathname === '/sign-in' ? '/' : pathname);
  } catch (error) {
    return redirect(`/sign-in?problem=${encodeURIComponent(codeOf(error))}`);
  }
}

export const router = createBrowserRouter([
  {
    Component: Frame,
    HydrateFallback: Loading,
    children: [
      { path: '/sign-in', Component: SignInScreen },
      { path: '/callback', loader: finishSignIn, element: null },
      {
        path: '/',
        loader: requireUser,
        Component: StockroomScreen,
        // One screen: the URL says which part is selected in the order form.
        children: [
          { index: true, element: null },
          { path: 'parts/:n', element: null },
        ],
      },
    ],
  },
]);
