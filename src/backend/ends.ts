import { LRUCache } from 'lru-cache';

/** A response of a session. */
export interface SessionResponse {
  /** Notes that this response has ended the session. */
  end(this: void): void;
  /** Whether no other response has ended it. */
  isCurrent(this: void): boolean;
}

/** The sessions that this process has ended lately. */
export interface Ends {
  responseOf(this: void, name: string): SessionResponse;
}

/** How many ends are kept, and for how long, in milliseconds. No response should take longer. */
const kept = { max: 10_000, ttl: 600_000 };

/**
 * Notes which response ended a session. The other responses of the session may come later, and must then neither set its cookie
 * again nor delete the cookie of the next session.
 */
export function createEnds(): Ends {
  const ends = new LRUCache<string, SessionResponse>(kept);
  return {
    responseOf(name) {
      const response: SessionResponse = {
        end: () => void ends.set(name, response),
        isCurrent: () => (ends.get(name) ?? response) === response,
      };
      return response;
    },
  };
}
