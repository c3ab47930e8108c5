/** Some servers do not name the user in a grant, and some name only an email address. */
export function displayName(user: unknown): string {
  if (typeof user !== 'object' || user === null) return 'a customer';
  if ('username' in user && typeof user.username === 'string') return user.username;
  return 'email' in user && typeof user.email === 'string' ? user.email : 'a customer';
}
