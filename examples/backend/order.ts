import { isSessionExpiredError } from 'sessionchart';
import type { RequestSession } from 'sessionchart/server';

export interface Order {
  readonly n: number;
  readonly user: string;
}

/** Loads the order of the user, or returns `null` if no user is signed in. */
export async function loadOrder(session: RequestSession): Promise<Order | null> {
  if (!session.getSnapshot().isSignedIn) return null;
  try {
    return await session.api.get('items/1').json<Order>();
  } catch (error) {
    // The API has ended the session, for example because the user has signed out everywhere.
    if (isSessionExpiredError(error)) return null;
    throw error;
  }
}
