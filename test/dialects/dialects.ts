import type { ServerContract } from '../../src/index.ts';
import type { DialectName } from '../../src/testing/index.ts';
import { coded } from '../referenceServer/contracts/coded.ts';
import { cookie } from '../referenceServer/contracts/cookie.ts';
import { express } from '../referenceServer/contracts/express.ts';
import { header } from '../referenceServer/contracts/header.ts';
import { message } from '../referenceServer/contracts/message.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';

/** Features that only some of the six servers have. */
export type Feature =
  | 'userInGrant'
  | 'rotation'
  | 'logoutAtServer'
  | 'refreshExpiryCode'
  | 'subjectCheck'
  | 'otherRefusalsWith401'
  | 'oneSuccessStatus'
  | 'tokensInGrant';

export interface Credentials {
  username: string;
  password: string;
}

/** The status and code of a refusal, as in a reason and in the history. */
export interface Words {
  readonly status: number;
  readonly code: string | number;
}

export interface Dialect {
  readonly name: DialectName | 'cookie';
  readonly contract: ServerContract<unknown, Credentials>;
  /** The refusal of an expired access token. */
  readonly accessTokenExpired: Words;
  /** The refusal of an unknown refresh token. */
  readonly refreshTokenInvalid: Words;
  /** The status for a missing permission. */
  readonly forbidden: number;
  /** The status of a successful refresh. */
  readonly refreshed: number;
  /** The features that it lacks, and what it does instead. */
  readonly lacks: Readonly<Partial<Record<Feature, string>>>;
}

const noUser = 'its grants contain no user';
const noRotation = 'a refresh keeps the refresh token';
const localLogout = 'logout is local';
const noExpiryCode = 'all refusals of a refresh have the same code';
const noSubject = 'a refresh does not name the user';
const each401 = 'each 401 is about the token';
const anySuccess = 'any 2xx is a success';
const onlyCookies = 'the tokens are in cookies';

export const dialects: readonly Dialect[] = [
  {
    name: 'rotating',
    contract: rotating,
    accessTokenExpired: { status: 401, code: 401 },
    refreshTokenInvalid: { status: 401, code: 401 },
    forbidden: 403,
    refreshed: 200,
    lacks: {
      logoutAtServer: localLogout,
      refreshExpiryCode: noExpiryCode,
      subjectCheck: noSubject,
      otherRefusalsWith401: each401,
      oneSuccessStatus: anySuccess,
    },
  },
  {
    name: 'coded',
    contract: coded,
    accessTokenExpired: { status: 401, code: 'T-002' },
    refreshTokenInvalid: { status: 401, code: 'T-001' },
    forbidden: 403,
    refreshed: 200,
    lacks: {
      rotation: noRotation,
      logoutAtServer: localLogout,
      otherRefusalsWith401: each401,
      oneSuccessStatus: anySuccess,
    },
  },
  {
    name: 'express',
    contract: express,
    accessTokenExpired: { status: 403, code: 403 },
    refreshTokenInvalid: { status: 403, code: 403 },
    forbidden: 403,
    refreshed: 200,
    lacks: {
      userInGrant: noUser,
      rotation: noRotation,
      refreshExpiryCode: noExpiryCode,
      subjectCheck: noSubject,
      otherRefusalsWith401: each401,
      oneSuccessStatus: anySuccess,
    },
  },
  {
    name: 'message',
    contract: message,
    accessTokenExpired: { status: 401, code: 'invalid JWT' },
    refreshTokenInvalid: { status: 401, code: 'invalid JWT' },
    forbidden: 401,
    refreshed: 201,
    lacks: {
      userInGrant: noUser,
      rotation: noRotation,
      logoutAtServer: localLogout,
      refreshExpiryCode: noExpiryCode,
      subjectCheck: noSubject,
    },
  },
  {
    name: 'header',
    contract: header,
    accessTokenExpired: { status: 401, code: '토큰이 만료되었습니다.' },
    refreshTokenInvalid: { status: 401, code: 401 },
    forbidden: 401,
    refreshed: 200,
    lacks: {
      userInGrant: noUser,
      rotation: noRotation,
      logoutAtServer: localLogout,
      refreshExpiryCode: noExpiryCode,
      subjectCheck: noSubject,
      oneSuccessStatus: anySuccess,
    },
  },
  {
    name: 'cookie',
    contract: cookie,
    accessTokenExpired: { status: 401, code: 401 },
    refreshTokenInvalid: { status: 401, code: 401 },
    forbidden: 403,
    refreshed: 200,
    lacks: {
      refreshExpiryCode: noExpiryCode,
      subjectCheck: noSubject,
      otherRefusalsWith401: each401,
      oneSuccessStatus: anySuccess,
      tokensInGrant: onlyCookies,
    },
  },
];
