import type { Calls } from '../world/calls.ts';
import type { Client } from '../world/client.ts';
import { isOpen } from '../world/actions.ts';
import type { World } from '../world/world.ts';

/**
 * The end of a world. All trouble is over: after a while each session must work again, and all tabs must agree with what a
 * new one would find.
 */
export async function checkEnd(
  world: World,
  calls: Calls,
  pass: (milliseconds: number, act?: () => void) => Promise<void>,
): Promise<void> {
  const { clients, oracle, setup } = world;
  const { violate, violations } = oracle.ledger;
  await pass(75_000);
  const open = clients.filter(isOpen);
  for (const { tab, signals } of open) {
    await pass(500, () =>
      tab.enter(() => {
        signals.setVisible(true);
        signals.wake();
      }),
    );
  }
  await pass(30_000);
  if (violations.length > 0) return;
  const outcomes = new Map<Client, number | string>();
  // Without Web Locks, two tabs that refresh in the same moment may both send the refresh token.
  const gap = setup.hasLocks ? 300 : 5_000;
  const before = new Map(open.map((client) => [client, shownBy(client)]));
  for (const client of open) {
    const request = () => void calls.request(client, false).then((outcome) => outcomes.set(client, outcome));
    await pass(gap, () => client.tab.enter(request));
  }
  await pass(45_000);
  if (violations.length > 0) return;
  for (const client of open) {
    const view = client.session.getSnapshot();
    const outcome = outcomes.get(client) ?? 'nothing';
    if (
      view.isSignedIn &&
      before.get(client) === shownBy(client) &&
      outcome !== 200 &&
      // If the clock was set back, the pause after a failed refresh and the cooldown after a successful one come once more.
      !(
        (outcome === 'ERR_REFRESH_UNAVAILABLE' || outcome === 401) &&
        oracle.ledger.wasTroubled(['clock'], 0)
      ) &&
      !isWeak(client, world)
    )
      violate('a session recovers', `the request of ${client.name} ends with ${outcome}`);
    if (showsHistory(client)) violate('no secret outside', `a secret is in the history of ${client.name}`);
  }
  oracle.signOuts.checkEnd();
  checkAgreement(world, open);
}

const isWeak = (client: Client, { server }: World): boolean => {
  const user = client.session.getSnapshot().user?.id;
  return server.hasWeak(user);
};

const showsHistory = ({ session }: Client): boolean =>
  JSON.stringify([session.history(), session.actor.getSnapshot().context]).includes('cAnArY');

/** All tabs show the same user and the same session. */
function checkAgreement({ oracle, setup }: World, open: readonly Client[]): void {
  if (oracle.ledger.wasTroubled(['store'], 0) && setup.place !== 'memory') return;
  // There, a tab does not hear of an end before its next request.
  const heard =
    setup.place === 'unlocked' ? open.filter(({ session }) => session.getSnapshot().isSignedIn) : open;
  const shown = heard.map(shownBy);
  if (new Set(shown).size > 1)
    oracle.ledger.violate(
      'all tabs agree',
      `the tabs show ${shown.map((what) => what.slice(0, 14)).join(', ')}`,
    );
}

/** Which user a session shows, and which session that is. */
function shownBy({ session }: Client): string {
  const { isSignedIn, user } = session.getSnapshot();
  return isSignedIn ? `${user?.id} in ${session.actor.getSnapshot().context.sessionId}` : 'nobody';
}
