import type { ServerContract, Session } from '../../src/index.ts';
import type { DialectName } from '../../src/testing/index.ts';
import { coded } from '../../test/contracts/coded.ts';
import { express } from '../../test/contracts/express.ts';
import { header } from '../../test/contracts/header.ts';
import { message } from '../../test/contracts/message.ts';
import { rotating } from '../../test/contracts/rotating.ts';
import type { RunningServer } from '../../test/server/server.ts';

export interface Credentials {
  username: string;
  password: string;
}

/** A server, a session on it, and the refresh token with which the session began. */
export interface Stage {
  readonly server: RunningServer;
  readonly session: Session<unknown, Credentials>;
  readonly firstRefreshToken: string;
}

/** What became of a session. */
export interface Outcome {
  /** The states at the top of the chart that it went through. */
  readonly states: readonly string[];
  /** The event that ended it; `null` where nothing has. */
  readonly because: string | null;
  /** The server's word for it, or the status where it has none. */
  readonly code: string | number | null;
  /** Whether the store holds no token any more. */
  readonly areTokensWiped: boolean;
}

/** One of the five kinds of server, and the way in which its sessions end. */
export interface Server {
  readonly dialect: DialectName;
  readonly contract: ServerContract<unknown, Credentials>;
  /** What ends the session, for people. */
  readonly lastAct: string;
  readonly end: (stage: Stage) => Promise<void>;
  readonly outcome: Outcome;
}

/** One more call, for which the session needs a refresh that the server is going to refuse. */
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
    lastAct: 'a thief uses the old refresh token, so the server lets nobody refresh any more',
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
    lastAct: 'the refresh token expires, and the server says T-003',
    async end(stage) {
      stage.server.expireRefreshTokens();
      await callOnceMore(stage);
    },
    outcome: { states: expired, because: 'server.refreshTokenExpired', code: 'T-003', areTokensWiped: true },
  },
  {
    dialect: 'express',
    contract: express,
    lastAct: 'the user logs out, and the server deletes the refresh token',
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
    lastAct: 'the refresh token is revoked, and the server answers a refresh with anything but 201',
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
    lastAct: 'the refresh token is revoked, and the server answers a refresh with 401',
    end: revokeAndCall,
    outcome: { states: expired, because: 'server.refreshTokenInvalid', code: 401, areTokensWiped: true },
  },
];
