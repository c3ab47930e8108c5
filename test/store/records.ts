import type { EndedSession, StoredSession } from '../../src/index.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** A stored session, valid for an hour from the start of 2030. */
export function storedSession(changes: Partial<StoredSession<Person>> = {}): StoredSession<Person> {
  const issuedAt = Date.UTC(2030, 0, 1);
  return {
    version: 1,
    sessionId: 'a-session',
    generation: 3,
    accessToken: 'an-access-token',
    refreshToken: 'a-refresh-token',
    issuedAt,
    expiresAt: issuedAt + 3_600_000,
    user: { id: '1', name: 'Ada' },
    ...changes,
  };
}

export function tombstone(changes: Partial<EndedSession> = {}): EndedSession {
  return { version: 1, sessionId: 'a-session', ended: 'loggedOut', ...changes };
}

/** A user whose name has at least so many bytes: three for each syllable, four for an emoji. */
export function koreanUser(bytes: number): Person {
  return { id: '7', name: '세션🚀을 지키는 사람👩‍👩‍👧‍👦 '.repeat(Math.ceil(bytes / 56)) };
}
