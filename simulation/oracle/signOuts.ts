import type { SessionEmitted } from '../../machines/index.ts';
import { isOpen } from '../world/actions.ts';
import type { Client } from '../world/client.ts';
import type { Setup } from '../world/plan.ts';
import type { Ledger, StoredTokens } from './ledger.ts';

interface SignOut {
  readonly client: Client;
  readonly tokens: StoredTokens;
}

/** Checks that the server learns of the sign-outs of users, once it can be reached. */
export function createSignOutRules({ sessions, violate, wasTroubled }: Ledger, { canRevoke }: Setup) {
  /** By session: the sign-outs of which the server must learn. */
  const signOuts = new Map<string, SignOut>();
  return {
    began(client: Client): void {
      const snapshot = client.session.actor.getSnapshot();
      const { sessionId } = snapshot.context;
      const tokens = sessions.get(sessionId ?? '');
      if (!canRevoke || sessionId === null || tokens === undefined || !snapshot.hasTag('signedIn')) return;
      // Tokens that could not be stored are not known here.
      if (wasTroubled(['store'], 0)) return;
      signOuts.set(sessionId, { client, tokens });
    },
    /** The program has learned that the server was not told. */
    told(event: SessionEmitted): void {
      if (event.type === 'session.logoutFailed') signOuts.delete(event.sessionId);
    },
    checkEnd(): void {
      for (const { client, tokens } of signOuts.values()) {
        const isKnown = [...tokens.families].some(({ isRevoked }) => isRevoked) || tokens.newest.isOver;
        if (isOpen(client) && !isKnown && tokens.newest.family.closed === null)
          violate('the server learns of a sign-out', `the tokens of ${client.name} can still be used`);
      }
    },
  };
}

export type SignOutRules = ReturnType<typeof createSignOutRules>;
