/** How users sign in: with a password at the API's own server, or at an identity provider. */
export type Way = 'password' | 'provider';

const key = 'stockroom.way';

export const readWay = (): Way => (localStorage.getItem(key) === 'provider' ? 'provider' : 'password');

/** Each way has its own session, which is created when the page loads. */
export function changeWay(way: Way): void {
  localStorage.setItem(key, way);
  location.reload();
}
