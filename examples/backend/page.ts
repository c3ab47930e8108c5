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

const show = (id: string, text: string): void => {
  const output = document.querySelector(`#${id}`);
  if (output !== null) output.textContent = text;
};

session.subscribe(({ status, user }) => show('status', `${status} ${user?.username ?? ''}`.trim()));

const valueOf = (name: string): string =>
  document.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value ?? '';

document.querySelector('form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  session.login({ username: valueOf('username'), password: valueOf('password') }).then(
    () => location.reload(),
    (error: unknown) => show('status', String(error)),
  );
});

document.querySelector('#load')?.addEventListener('click', () => {
  session
    .fetch('api/items/1')
    .then((response) => response.text())
    .then(
      (text) => show('loaded', text),
      (error: unknown) => show('loaded', String(error)),
    );
});

document.querySelector('#logout')?.addEventListener('click', () => void session.logout());
