import { cookieContract } from '../../../src/index.ts';

export const betterAuth = cookieContract<{ id: string }, { email: string; password: string }>({
  login: 'sign-in/email',
  refresh: { path: 'get-session', method: 'GET', success: (body) => body !== null },
  logout: { path: 'sign-out', body: () => ({}) },
  grant: { expiresAt: 'session.expiresAt' },
});
