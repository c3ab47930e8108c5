import type { Place } from './plan.ts';

/** What the server does with a refresh token that was used before. */
export type Rotation = 'none' | 'refuse' | 'detect' | 'grace';

/** How the server refuses: with a code, with the status alone, or as RFC 6750 says. */
export type RefusalStyle = 'code' | 'status' | 'challenge';

export type UserName = 'ada' | 'grace';

/** All tokens of one sign-in. */
export interface Family {
  readonly id: number;
  readonly user: UserName;
  isRevoked: boolean;
  /** Whether the server asks for a stronger sign-in. */
  isWeak: boolean;
  /** Why the server refuses all tokens of the account, or `null`. */
  closed: 'ACCOUNT_DISABLED' | 'SUBJECT_MISMATCH' | null;
}

/** One pair of tokens. */
export interface Pair {
  readonly family: Family;
  /** The order in which the server has issued the pairs of all families. */
  readonly serial: number;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  /** Whether the tab got it without the time of the server. */
  isUntimed: boolean;
  /** When the refresh token was exchanged for the next pair, or `null`. */
  usedAt: number | null;
  /** Whether the refresh token has expired. */
  isOver: boolean;
  /** How the server refuses the access token before its time, or `null`. */
  forgotten: string | null;
}

export interface ServerCall {
  readonly path: string;
  readonly bearer: string | null;
  readonly body: string;
  /** The refresh token in the cookie of the browser, or `null`. */
  readonly cookie: string | null;
}

export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The pair that the answer contains. */
  readonly granted?: Pair;
  /** The new cookie, or `null`: the cookie is deleted. */
  readonly cookie?: string | null;
}

export interface ServerOptions {
  readonly now: () => number;
  /** Seconds. */
  readonly lifetime: number;
  readonly rotation: Rotation;
  readonly style: RefusalStyle;
  readonly hasExpiresAt: boolean;
  readonly hasSecondStep: boolean;
  readonly hasThirdStep: boolean;
  readonly place: Place;
}

export interface Server {
  /** What is wrong with it: it answers everything with an error, or refuses every access token. */
  readonly trouble: {
    outage: '503' | 'html' | '429' | 'misrouted' | null;
    refusesAll: boolean;
    /** Seconds. */
    retryAfter: number;
    /** How many of the next refreshes grant the tokens of another user. */
    mixUps: number;
  };
  answer(this: void, call: ServerCall): ServerAnswer;
  pairOfRefreshToken(this: void, token: string): Pair | undefined;
  pairOfAccessToken(this: void, token: string): Pair | undefined;
  /** Issues a pair outside of the API, as a native shell gets it. */
  issue(this: void, user: UserName): ServerAnswer;
  revoke(this: void, user: UserName): void;
  /** @param count - chooses how the server refuses them */
  forgetAccessTokens(this: void, count: number): void;
  weaken(this: void, user: UserName): void;
  /** @param isClosed - whether the account is closed. Otherwise the server says that the tokens are of another user. */
  disable(this: void, user: UserName, isClosed: boolean): void;
  expireRefreshTokens(this: void): void;
  /** Whether the server asks this user for a stronger sign-in. */
  hasWeak(this: void, user: string | undefined): boolean;
}

/** How long a used refresh token is still accepted with `grace`, in milliseconds. */
const grace = 10_000;

/** Marks each secret, so that the oracle finds it wherever it should not be. */
export const canary = 'cAnArY';

/** What a client sends back with the code of a second step. */
const tickets = { first: `${canary}-ticket`, second: `${canary}-ticket-2` };

export function createServer(options: ServerOptions): Server {
  const { now, lifetime, rotation, style } = options;
  const byRefreshToken = new Map<string, Pair>();
  const byAccessToken = new Map<string, Pair>();
  const closedAccounts = new Set<UserName>();
  const trouble: Server['trouble'] = {
    outage: null,
    refusesAll: false,
    mixUps: 0,
    retryAfter: 3,
  };
  let serial = 0;

  const json = (status: number, body: unknown, headers: Record<string, string> = {}): ServerAnswer => ({
    status,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', date: new Date(now()).toUTCString(), ...headers },
  });

  /** Refuses an access token or a refresh token. */
  function refuse(code: string, oauth: string, status = 401): ServerAnswer {
    if (style === 'code') return json(status, { code });
    if (style === 'status') return { status: 401, body: '', headers: {} };
    return json(
      status === 401 ? 401 : 400,
      { error: oauth },
      { 'www-authenticate': `Bearer error="${oauth}"` },
    );
  }

  function issuePair(family: Family): Pair {
    serial += 1;
    const pair: Pair = {
      family,
      serial,
      accessToken: `${canary}-access-${serial}`,
      refreshToken: `${canary}-refresh-${serial}`,
      expiresAt: now() + lifetime * 1000,
      isUntimed: false,
      usedAt: null,
      forgotten: null,
      isOver: false,
    };
    byRefreshToken.set(pair.refreshToken, pair);
    byAccessToken.set(pair.accessToken, pair);
    return pair;
  }

  function grant(family: Family, kept: string | null = null): ServerAnswer {
    const pair = issuePair(family);
    const end = options.hasExpiresAt
      ? { expiresAt: Math.floor(pair.expiresAt / 1000) }
      : { expiresIn: lifetime };
    const refreshToken = kept ?? pair.refreshToken;
    const inBody = options.place === 'cookies' ? {} : { refreshToken };
    return {
      ...json(200, { accessToken: pair.accessToken, ...inBody, ...end, user: { id: family.user } }),
      granted: pair,
      ...(options.place === 'cookies' && { cookie: refreshToken }),
    };
  }

  const begin = (user: UserName): ServerAnswer =>
    grant({ id: (serial += 1), user, isRevoked: false, isWeak: false, closed: null });

  function login(body: string): ServerAnswer {
    const { user, password, code, ticket } = JSON.parse(body) as Partial<Record<string, string>>;
    if (ticket !== undefined) {
      if (closedAccounts.has('ada') && style === 'code') return refuse('ACCOUNT_DISABLED', 'invalid_grant');
      if (code !== '123') return json(401, { code: 'WRONG_CODE' });
      if (options.hasThirdStep && ticket === tickets.first) return json(200, { ticket: tickets.second });
      return begin('ada');
    }
    if (password !== `${canary}-password`) return json(401, { code: 'WRONG_PASSWORD' });
    if (options.hasSecondStep && user === 'ada') return json(200, { ticket: tickets.first });
    return begin(user === 'ada' ? 'ada' : 'grace');
  }

  function refresh(token: string): ServerAnswer {
    const pair = byRefreshToken.get(token);
    if (pair === undefined) return refuse('REFRESH_INVALID', 'invalid_grant');
    const { family, usedAt } = pair;
    if (family.closed !== null) return refuse(family.closed, 'invalid_grant');
    if (family.isRevoked) return refuse('SESSION_REVOKED', 'invalid_grant');
    if (pair.isOver) return refuse('REFRESH_EXPIRED', 'invalid_grant');
    if (trouble.mixUps > 0) {
      trouble.mixUps -= 1;
      pair.usedAt ??= now();
      return begin(family.user === 'ada' ? 'grace' : 'ada');
    }
    if (rotation === 'none') return grant(family, token);
    if (usedAt !== null && !(rotation === 'grace' && now() - usedAt < grace)) {
      if (rotation === 'detect' || rotation === 'grace') family.isRevoked = true;
      return refuse('REFRESH_REUSED', 'invalid_grant');
    }
    pair.usedAt ??= now();
    return grant(family);
  }

  function api(path: string, bearer: string | null): ServerAnswer {
    const pair = bearer === null ? undefined : byAccessToken.get(bearer);
    if (pair === undefined)
      return refuse(bearer === null ? 'TOKEN_MISSING' : 'TOKEN_INVALID', 'invalid_token');
    if (pair.family.closed !== null) return refuse(pair.family.closed, 'invalid_token');
    if (pair.family.isRevoked) return refuse('SESSION_REVOKED', 'invalid_token');
    if (pair.forgotten !== null) return refuse(pair.forgotten, 'invalid_token');
    if (trouble.refusesAll || pair.expiresAt <= now()) return refuse('TOKEN_EXPIRED', 'invalid_token');
    if (pair.family.isWeak) {
      const challenge = 'Bearer error="insufficient_user_authentication", acr_values="gold", max_age="60"';
      return json(401, { error: 'insufficient_user_authentication' }, { 'www-authenticate': challenge });
    }
    return json(200, { path, user: pair.family.user });
  }

  function outage(): ServerAnswer {
    if (trouble.outage === 'html')
      return {
        status: 502,
        body: '<!doctype html><title>Bad gateway</title>',
        headers: { 'content-type': 'text/html' },
      };
    if (trouble.outage === '429')
      return json(429, { message: 'Slow down' }, { 'retry-after': String(trouble.retryAfter) });
    return { status: 503, body: '', headers: {} };
  }

  function tokenIn({ body, cookie }: Pick<ServerCall, 'body' | 'cookie'>): string {
    if (options.place === 'cookies') return cookie ?? '';
    const { refreshToken = '' } = JSON.parse(body) as { readonly refreshToken?: string };
    return refreshToken;
  }

  function logout(token: string): ServerAnswer {
    const pair = byRefreshToken.get(token);
    if (pair !== undefined) pair.family.isRevoked = true;
    return { status: 204, body: '', headers: {}, cookie: null };
  }

  return {
    trouble,
    answer({ path, bearer, ...sent }) {
      const { body } = sent;
      const isMisrouted = trouble.outage === 'misrouted';
      if (isMisrouted && /refresh|logout/.test(path)) return json(path.includes('logout') ? 400 : 404, {});
      if (trouble.outage !== null && !isMisrouted) return outage();
      if (path === '/auth/login' || path === '/auth/code') return login(body);
      if (path === '/auth/refresh') return refresh(tokenIn(sent));
      if (path === '/auth/logout') return logout(tokenIn(sent));
      return api(path, bearer);
    },
    pairOfRefreshToken: (token) => byRefreshToken.get(token),
    pairOfAccessToken: (token) => byAccessToken.get(token),
    issue(user) {
      const answer = begin(user);
      if (answer.granted !== undefined) answer.granted.isUntimed = options.hasExpiresAt;
      return answer;
    },
    revoke(user) {
      for (const { family } of byRefreshToken.values()) if (family.user === user) family.isRevoked = true;
    },
    forgetAccessTokens(count) {
      const code = count < 4 ? 'TOKEN_EXPIRED' : count < 6 ? 'TOKEN_INVALID' : 'TOKEN_MISSING';
      for (const pair of byAccessToken.values()) pair.forgotten = code;
    },
    weaken(user) {
      for (const { family } of byRefreshToken.values()) if (family.user === user) family.isWeak = true;
    },
    disable(user, isClosed) {
      if (isClosed) closedAccounts.add(user);
      for (const { family } of byRefreshToken.values())
        if (family.user === user) family.closed ??= isClosed ? 'ACCOUNT_DISABLED' : 'SUBJECT_MISMATCH';
    },
    expireRefreshTokens() {
      for (const pair of byRefreshToken.values()) pair.isOver = true;
    },
    hasWeak: (user) =>
      [...byRefreshToken.values()].some(({ family }) => family.user === user && family.isWeak),
  };
}
