import { createSession, type ServerContract, type SessionOptions } from '../../src/index.ts';
import type { Received, RecordingServer } from './recordingServer.ts';

export interface User {
  id: number;
}

export interface Credentials {
  username: string;
  password: string;
}

export const ada: Credentials = { username: 'ada', password: 'love lace' };

export const sessionOn = (
  { url }: RecordingServer,
  server: ServerContract<User, Credentials>,
  more: Partial<SessionOptions<User, Credentials>> = {},
) => createSession<User, Credentials>({ baseUrl: url, server, environment: { random: () => 0 }, ...more });

export const formOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));

/** A response with status 200. */
export const granted = (json: object) => () => ({ json });

/** The claims in the form of a JWT (RFC 7519, section 3), unsigned. */
export const jwtOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

export const oauthAnswer = {
  access_token: 'a-1',
  refresh_token: 'r-1',
  expires_in: 60,
  token_type: 'Bearer',
};
