import type { Session } from 'sessionchart';
import { assign, fromObservable, not, setup } from 'xstate';

/** A machine of your own, which continues when a user is signed in. */
export function createCheckout<User, Credentials>(session: Session<User, Credentials>) {
  return setup({
    types: { context: {} as { user: User | null } },
    actors: { session: fromObservable(() => session) },
    guards: { hasUser: ({ context }) => context.user !== null },
  }).createMachine({
    id: 'checkout',
    context: { user: null },
    invoke: {
      src: 'session',
      onSnapshot: {
        actions: assign({ user: ({ event }) => event.snapshot.context?.user ?? null }),
      },
    },
    initial: 'identification',
    states: {
      identification: { always: { guard: 'hasUser', target: 'payment' } },
      payment: { always: { guard: not('hasUser'), target: 'identification' } },
    },
  });
}
