import { Hono } from 'hono';
import { createToken } from '../memoryAccounts.ts';
import { protectedApi } from './api.ts';
import type { Account } from '../accounts.ts';
import type { Dialect, DialectEnv } from './dialect.ts';
import { grantTokens, readFields, redeem, signIn } from './grants.ts';

const endpoints = { login: '/auth/login', refresh: '/auth/refresh', code: '/auth/code' };

/** Refuses with a plain 401. Every refresh replaces both tokens. */
export const rotating: Dialect = {
  endpoints,
  createApp(accounts, secondStep) {
    const app = new Hono<DialectEnv>();
    const grantTo = async (user: Account) => {
      const expiresIn = accounts.lifetimes.accessTokenLifetime;
      return { ...(await grantTokens(accounts, user)), expiresIn, user };
    };

    app.post(endpoints.login, async (c) => {
      const user = await signIn(c, accounts);
      if (user === undefined) return c.json({ message: 'Wrong username or password' }, 401);
      if (secondStep.code === null) return c.json(await grantTo(user));
      c.env.code = 'codeRequired';
      const ticket = createToken();
      secondStep.tickets.set(ticket, user);
      return c.json({ message: 'Enter the code', ticket }, 401);
    });

    app.post(endpoints.code, async (c) => {
      const { ticket = '', code } = await readFields(c);
      const user = secondStep.tickets.get(ticket);
      if (user === undefined) {
        c.env.code = 'ticketInvalid';
        return c.json({ code: 'TICKET_EXPIRED' }, 401);
      }
      c.env.username = user.username;
      if (code !== secondStep.code) {
        c.env.code = 'codeInvalid';
        return c.json({ message: 'Wrong code' }, 401);
      }
      secondStep.tickets.delete(ticket);
      return c.json(await grantTo(user));
    });

    app.post(endpoints.refresh, async (c) => {
      const { refreshToken = '' } = await readFields(c);
      const redeemed = await redeem(c, accounts, refreshToken, { rotate: true });
      if (redeemed === undefined) return c.json({ message: 'Unauthorized' }, 401);
      const expiresIn = accounts.lifetimes.accessTokenLifetime;
      const accessToken = await accounts.issueAccessToken(redeemed.account);
      return c.json({ accessToken, refreshToken: redeemed.refreshToken, expiresIn });
    });

    const api = protectedApi(accounts, (c, why) =>
      why === 'forbidden' ? c.json({ message: 'Forbidden' }, 403) : c.json({ message: 'Unauthorized' }, 401),
    );
    app.route('/api', api);
    return app;
  },
};
