import { cookieContract, createSession, webStorageStore } from 'sessionchart';

const session = createSession<{ username: string }, { username: string; password: string }>({
  baseUrl: '/',
  server: cookieContract({
    login: 'auth/login',
    refresh: 'auth/refresh',
    logout: 'auth/logout',
    silentSignIn: true,
  }),
  store: webStorageStore(() => localStorage),
});

const element = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page has no ${selector}`);
  return found;
};
const form = element('form');
const isRenderedForUser = form.hidden;
const show = (selector: string, text: string): void => void (element(selector).textContent = text);

session.subscribe(({ status, user, isRestoring, isSignedIn }) => {
  show('#status', `${status} ${user?.username ?? ''}`.trim());
  // Until the session is restored, the page stays as the server has rendered it.
  if (isRestoring) return;
  form.hidden = isSignedIn;
  element('section').hidden = !isSignedIn;
  show('h1', isSignedIn && user !== null ? `Welcome, ${user.username}` : 'Welcome');
});

// The session may have ended while no page was open: ask the server. Rejects if no user is signed in.
if (!isRenderedForUser)
  session
    .ready()
    .then(() => session.refresh())
    .catch(() => undefined);

const valueOf = (name: string): string =>
  document.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value ?? '';

form.addEventListener('submit', (event) => {
  event.preventDefault();
  session.login({ username: valueOf('username'), password: valueOf('password') }).then(
    () => location.reload(),
    (error: unknown) => show('#status', String(error)),
  );
});

element('#load').addEventListener('click', () => {
  session
    .fetch('api/items/1')
    .then((response) => response.text())
    .then(
      (text) => show('#loaded', text),
      (error: unknown) => show('#loaded', String(error)),
    );
});

element('#logout').addEventListener('click', () => void session.logout().then(() => location.reload()));
