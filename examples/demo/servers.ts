import type { ServerContract, Session } from '../../src/index.ts';
import type { DialectName } from '../../src/testing/index.ts';
import { coded } from '../../test/referenceServer/contracts/coded.ts';
import { express } from '../../test/referenceServer/contracts/express.ts';
import { header } from '../../test/referenceServer/contracts/header.ts';
import { message } from '../../test/referenceServer/contracts/message.ts';
import { rotating } from '../../test/referenceServer/contracts/rotating.ts';
import type { RunningServer } from '../../test/referenceServer/server.ts';

export interface Credentials {
  username: string;
  password: string;
}

/** A server, its session, and the session's first refresh token. */
export interface Stage {
  readonly server: RunningServer;
  readonly session: Session<unknown, Credentials>;
  readonly firstRefreshToken: string;
}

/** How a session ended. */
export interface Outcome {
  /** The top-level states of the chart that the session went through. */
  readonly states: readonly string[];
  /** The event that ended the session, or `null`. */
  readonly because: string | null;
  /** The server's error code, or the status if it sends none. */
  readonly code: string | number | null;
  /** Whether the store contains no token any more. */
  readonly areTokensWiped: boolean;
}

/** One of the five servers, and how its session ends. */
export interface Server {
  readonly dialect: DialectName;
  readonly contract: ServerContract<unknown, Credentials>;
  /** What ends the session, as text. */
  readonly lastAct: string;
  readonly end: (stage: Stage) => Promise<void>;
  readonly outcome: Outcome;
}

/** Makes one more call, which needs a refresh that the server refuses. */
async function callOnceMore({ server, session }: Stage): Promise<void> {
  server.expireAccessTokens();
  await session.fetch('/api/me').catch(() => undefined);
}

async function revokeAndCall(stage: Stage): Promise<void> {
  await stage.server.accounts.revokeRefreshToken(stage.firstRefreshToken);
  await callOnceMore(stage);
}

const refreshed = ['anonymous', 'authenticated', 'refreshing', 'authenticated'] as const;
const expired = [...refreshed, 'refreshing', 'expired'] as const;

export const servers: readonly Server[] = [
  {
    dialect: 'rotating',
    contract: rotating,
    lastAct: 'a thief uses the old refresh token, so the server refuses every further refresh',
    async end(stage) {
      await fetch(stage.server.url + stage.server.endpoints.refresh, {
        method: 'POST',
        body: JSON.stringify({ refreshToken: stage.firstRefreshToken }),
      });
      await callOnceMore(stage);
    },
    outcome: { states: expired, because: 'server.refreshTokenInvalid', code: 401, areTokensWiped: true },
  },
  {
    dialect: 'coded',
    contract: coded,
    lastAct: 'the refresh token expires, and the server responds with code T-003',
    async end(stage) {
      stage.server.expireRefreshTokens();
      await callOnceMore(stage);
    },
    outcome: { states: expired, because: 'server.refreshTokenExpired', code: 'T-003', areTokensWiped: true },
  },
  {
    dialect: 'express',
    contract: express,
    lastAct: 'the user signs out, and the server deletes the refresh token',
    end: ({ session }) => session.logout(),
    outcome: {
      states: [...refreshed, 'loggedOut'],
      because: 'session.logout',
      code: null,
      areTokensWiped: true,
    },
  },
  {
    dialect: 'message',
    contract: message,
    lastAct: 'the refresh token is revoked, and the server responds with a status other than 201',
    end: revokeAndCall,
    outcome: {
      states: expired,
      because: 'server.refreshTokenInvalid',
      code: 'invalid JWT',
      areTokensWiped: true,
    },
  },
  {
    dialect: 'header',
    contract: header,
    lastAct: 'the refresh token is revoked, and the server responds with 401',
    end: revokeAndCall,
    outcome: { states: expired, because: 'server.refreshTokenInvalid', code: 401, areTokensWiped: true },
  },
];
