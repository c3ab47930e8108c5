import { createSession, isLoginFailedError, restContract } from 'sessionchart';

const session = createSession({
  baseUrl: location.origin,
  server: restContract<{ username: string }, { username: string; password: string }>({
    login: 'auth/login',
    refresh: 'auth/refresh',
  }),
});

const status = find('[role=status]', HTMLElement);
const form = find('#sign-in', HTMLFormElement);
const alert = find('[role=alert]', HTMLElement);
const signOut = find('#sign-out', HTMLButtonElement);

session.subscribe(({ status: state, isSignedIn, user, isRestoring, isSigningIn, error }) => {
  status.textContent = isSignedIn ? `Signed in as ${user?.username ?? 'unknown user'}` : 'Signed out';
  if (state === 'expired') status.textContent = 'Please sign in again';
  form.hidden = isRestoring || isSignedIn;
  form.inert = isSigningIn;
  signOut.hidden = !isSignedIn;
  alert.textContent = error === null ? '' : 'Sign-in failed. Try again.';
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  const credentials = { username: text(fields, 'username'), password: text(fields, 'password') };
  session.login(credentials).then(() => form.reset(), reportUnlessRefused);
});

signOut.addEventListener('click', () => void session.logout());

/** The view shows a refused sign-in: `error` is set. */
function reportUnlessRefused(error: unknown): void {
  if (!isLoginFailedError(error)) reportError(error);
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${selector}`);
}
