import { describe, expect, test } from 'vitest';
import type { Account, Accounts, TestUser } from '../../src/testing/accounts.ts';
import { authorities, createClock } from './authorities.ts';

const ada: Account = { id: '1', username: 'ada', email: 'ada@example.com' };
const grace: Account = { id: '2', username: 'grace', email: 'grace@example.com' };

async function redeem(accounts: Accounts, token: string, { rotate = true } = {}): Promise<string> {
  const redeemed = await accounts.redeemRefreshToken(token, { rotate });
  if (typeof redeemed === 'string') throw new Error(`The refresh token is ${redeemed}`);
  return redeemed.refreshToken;
}

describe.each(authorities)('$name', ({ open }) => {
  test('a password opens only the account that it belongs to', async () => {
    await using authority = await open();
    const { accounts } = authority;

    expect(await accounts.verifyPassword('ada', 'lovelace')).toEqual(ada);
    expect(await accounts.verifyPassword('grace', 'hopper')).toEqual(grace);
    expect(await accounts.verifyPassword('ada', 'hopper')).toBeUndefined();
    expect(await accounts.verifyPassword('nobody', 'lovelace')).toBeUndefined();
    expect(await accounts.verifyPassword('', '')).toBeUndefined();
  });

  test('an access token is valid until the millisecond of its expiry', async () => {
    const clock = createClock();
    await using authority = await open({ now: clock.now, accessTokenLifetime: 60 });
    const { accounts } = authority;
    clock.advance(0.123);
    const token = await accounts.issueAccessToken(ada);

    clock.advance(59.999);
    expect(await accounts.verifyAccessToken(token)).toEqual(ada);
    clock.advance(0.001);
    expect(await accounts.verifyAccessToken(token)).toBe('expired');
  });

  test('an access token that was never issued is invalid', async () => {
    await using authority = await open();
    await using other = await open();
    const foreign = await other.accounts.issueAccessToken(ada);

    for (const token of [
      '',
      'made-up',
      'a.b.c',
      foreign,
      `${await authority.accounts.issueAccessToken(ada)}x`,
    ]) {
      expect(await authority.accounts.verifyAccessToken(token)).toBe('invalid');
    }
  });

  test('all tokens differ', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const tokens = [
      await accounts.issueAccessToken(ada),
      await accounts.issueAccessToken(ada),
      await accounts.issueRefreshToken(ada),
      await accounts.issueRefreshToken(ada),
    ];

    expect(new Set(tokens).size).toBe(4);
  });

  test('with a lifetime of 0, tokens have expired when they are issued', async () => {
    await using authority = await open({ accessTokenLifetime: 0, refreshTokenLifetime: 0 });
    const { accounts } = authority;

    expect(await accounts.verifyAccessToken(await accounts.issueAccessToken(ada))).toBe('expired');
    const refreshToken = await accounts.issueRefreshToken(ada);
    expect(await accounts.redeemRefreshToken(refreshToken, { rotate: true })).toBe('expired');
  });

  test('changed lifetimes apply to tokens that are issued afterwards', async () => {
    const clock = createClock();
    await using authority = await open({ now: clock.now });
    const { accounts } = authority;
    const before = await accounts.issueAccessToken(ada);
    accounts.setLifetimes({ accessTokenLifetime: 5 });
    const after = await accounts.issueAccessToken(ada);
    clock.advance(5);

    expect(await accounts.verifyAccessToken(before)).toEqual(ada);
    expect(await accounts.verifyAccessToken(after)).toBe('expired');
    expect(accounts.lifetimes).toEqual({ accessTokenLifetime: 5, refreshTokenLifetime: 604_800 });
  });

  test('a refresh token that is not rotated can be redeemed repeatedly', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const token = await accounts.issueRefreshToken(grace);

    for (let n = 0; n < 3; n += 1) {
      const redeemed = await accounts.redeemRefreshToken(token, { rotate: false });
      expect(redeemed).toEqual({ account: grace, refreshToken: token });
    }
  });

  test('reusing a rotated token revokes its family and no other', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const first = await accounts.issueRefreshToken(ada);
    const otherDevice = await accounts.issueRefreshToken(ada);
    const second = await redeem(accounts, first);
    const third = await redeem(accounts, second);

    expect(await accounts.redeemRefreshToken(first, { rotate: true })).toBe('reused');
    for (const token of [first, second, third]) {
      expect(await accounts.redeemRefreshToken(token, { rotate: true })).toBe('unknown');
    }
    expect(await redeem(accounts, otherDevice)).not.toBe(otherDevice);
  });

  test('of two concurrent redemptions one succeeds, and the family is revoked', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const token = await accounts.issueRefreshToken(ada);
    const both = await Promise.all([
      accounts.redeemRefreshToken(token, { rotate: true }),
      accounts.redeemRefreshToken(token, { rotate: true }),
    ]);
    const [served] = both.filter((redeemed) => typeof redeemed === 'object');

    expect(both).toEqual(expect.arrayContaining(['reused', served]));
    expect(await accounts.redeemRefreshToken(served?.refreshToken ?? '', { rotate: true })).toBe('unknown');
  });

  test('a refresh token expires, and its successor has a full lifetime', async () => {
    const clock = createClock();
    await using authority = await open({ now: clock.now, refreshTokenLifetime: 100 });
    const { accounts } = authority;
    const first = await accounts.issueRefreshToken(ada);
    clock.advance(99);
    const second = await redeem(accounts, first);
    clock.advance(99);
    expect(await redeem(accounts, second, { rotate: false })).toBe(second);
    clock.advance(1);

    expect(await accounts.redeemRefreshToken(second, { rotate: true })).toBe('expired');
  });

  test('a revoked refresh token and its family are unknown, while access tokens stay valid', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const accessToken = await accounts.issueAccessToken(ada);
    const first = await accounts.issueRefreshToken(ada);
    const second = await redeem(accounts, first);
    await accounts.revokeRefreshToken(first);
    await accounts.revokeRefreshToken('made-up');

    expect(await accounts.redeemRefreshToken(second, { rotate: true })).toBe('unknown');
    expect(await accounts.verifyAccessToken(accessToken)).toEqual(ada);
  });

  test('expiring tokens affects those issued before, not those issued after', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const accessToken = await accounts.issueAccessToken(ada);
    const refreshToken = await accounts.issueRefreshToken(ada);
    accounts.expireAccessTokens();
    accounts.expireRefreshTokens();

    expect(await accounts.verifyAccessToken(accessToken)).toBe('expired');
    expect(await accounts.redeemRefreshToken(refreshToken, { rotate: true })).toBe('expired');
    expect(await accounts.verifyAccessToken(await accounts.issueAccessToken(ada))).toEqual(ada);
    await redeem(accounts, await accounts.issueRefreshToken(ada));
  });

  test('revoking a user ends every session of that user, expired or not, and no other', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const refreshToken = await accounts.issueRefreshToken(ada);
    const tokens = [await accounts.issueAccessToken(ada), await accounts.issueAccessToken(grace)] as const;
    accounts.expireAccessTokens();
    accounts.revokeUser('ada');

    expect(await accounts.redeemRefreshToken(refreshToken, { rotate: true })).toBe('unknown');
    expect(await accounts.verifyAccessToken(tokens[0])).toBe('invalid');
    expect(await accounts.verifyAccessToken(tokens[1])).toBe('expired');
    expect(await accounts.verifyAccessToken(await accounts.issueAccessToken(ada))).toEqual(ada);
  });

  test('revoking without a name ends every session', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const tokens = [await accounts.issueAccessToken(ada), await accounts.issueAccessToken(grace)];
    accounts.revokeUser();

    for (const token of tokens) expect(await accounts.verifyAccessToken(token)).toBe('invalid');
  });

  test('a disabled user has no session and no password, until a reset', async () => {
    await using authority = await open();
    const { accounts } = authority;
    const accessToken = await accounts.issueAccessToken(ada);
    accounts.disableUser('ada');

    expect(await accounts.verifyAccessToken(accessToken)).toBe('invalid');
    expect(await accounts.verifyPassword('ada', 'lovelace')).toBeUndefined();
    expect(await accounts.verifyPassword('grace', 'hopper')).toEqual(grace);
    accounts.reset();
    expect(await accounts.verifyPassword('ada', 'lovelace')).toEqual(ada);
  });

  test('a reset forgets every token and restores the first lifetimes', async () => {
    await using authority = await open({ accessTokenLifetime: 7 });
    const { accounts } = authority;
    const accessToken = await accounts.issueAccessToken(ada);
    const refreshToken = await accounts.issueRefreshToken(ada);
    accounts.setLifetimes({ accessTokenLifetime: 1, refreshTokenLifetime: 1 });
    accounts.reset();

    expect(await accounts.verifyAccessToken(accessToken)).toBe('invalid');
    expect(await accounts.redeemRefreshToken(refreshToken, { rotate: true })).toBe('unknown');
    expect(accounts.lifetimes).toEqual({ accessTokenLifetime: 7, refreshTokenLifetime: 604_800 });
  });

  test('the caller’s users replace the test users', async () => {
    const alan: TestUser = { id: '7', username: 'alan', email: 'alan@example.com', password: 'turing' };
    await using authority = await open({ users: [alan] });
    const { password, ...account } = alan;

    expect(await authority.accounts.verifyPassword('alan', password)).toEqual(account);
    expect(await authority.accounts.verifyPassword('ada', 'lovelace')).toBeUndefined();
  });

  test('an unknown username throws', async () => {
    await using authority = await open();
    const { accounts } = authority;

    expect(() => accounts.revokeUser('eve')).toThrow(RangeError);
    expect(() => accounts.disableUser('eve')).toThrow(/Expected `username` to be .*, got "eve"/);
  });

  test.each([
    [
      { accessTokenLifetime: -1 },
      RangeError,
      '`accessTokenLifetime` to be finite and at least 0 seconds, got -1',
    ],
    [{ refreshTokenLifetime: Infinity }, RangeError, '`refreshTokenLifetime` to be finite'],
    [{ refreshTokenLifetime: NaN }, RangeError, 'got NaN'],
    [{ users: [] }, TypeError, '`users` to be an array of at least one user'],
    [
      { users: [{ ...ada, password: '' }] },
      TypeError,
      '`users[0].password` to be a string that is not empty',
    ],
    [{ users: [1, 2].map(() => ({ ...ada, password: 'x' })) }, RangeError, 'got id 1 twice'],
  ])('%j is refused with an error that names the option', async (options, type, message) => {
    await expect(open(options)).rejects.toThrow(type);
    await expect(open(options)).rejects.toThrow(message);
  });
});
