import type { Leaf } from './leaves.ts';
import type { Cell } from './outcomes.ts';

const whileRestoring = (cell: Cell) => ({
  'anonymous.restoring.reading': cell,
  'anonymous.restoring.requesting': cell,
  'anonymous.restoring.backingOff': cell,
});

/**
 * What timers and broken actors do: the events that XState sends itself. A test checks the names against the
 * chart. If a state is missing here, the event cannot occur in it.
 */
export const moments: Readonly<Record<string, Partial<Record<Leaf, Cell>>>> = {
  'xstate.after.restoreTimeout.session.anonymous.restoring': whileRestoring('anonymous.idle'),
  'xstate.after.backoff.session.anonymous.restoring.backingOff': {
    'anonymous.restoring.backingOff': 'anonymous.restoring.requesting',
  },
  'xstate.error.actor.restorer': whileRestoring('anonymous.idle'),
  'xstate.error.actor.authenticator': {
    'anonymous.signingIn': 'anonymous.idle',
    'expired.signingIn': 'expired.idle',
    'anonymous.challenged.signingIn': 'anonymous.challenged.idle',
    'expired.challenged.signingIn': 'expired.challenged.idle',
  },
  'xstate.after.refreshDue.session.signedIn.authenticated.fresh': {
    'authenticated.fresh': {
      cases: {
        otherwise: 'refreshing.acquiring',
        'far from due': 'authenticated.fresh',
        'lifetime unknown': 'authenticated.fresh',
        'not proactive': 'authenticated.due.ready',
        'not visible': 'authenticated.due.ready',
        'not visible, live tokens only': 'refreshing.acquiring',
        'no refresh': 'expired.idle',
        'offline, token good': 'authenticated.due.deferred',
        'before Retry-After, token good': 'authenticated.due.deferred',
        'before Retry-After, token good, clock set back': 'refreshing.acquiring',
      },
    },
  },
  'xstate.after.retryDue.session.signedIn.authenticated.due.deferred': {
    'authenticated.due.deferred': {
      cases: {
        otherwise: 'refreshing.acquiring',
        'not proactive': 'authenticated.due.ready',
        'not visible': 'authenticated.due.ready',
        'not visible, live tokens only': 'refreshing.acquiring',
        'offline, token good': 'stays',
      },
    },
  },
  'xstate.after.tokenExpiry.session.signedIn.authenticated.due.deferred': {
    'authenticated.due.deferred': {
      cases: {
        otherwise: 'refreshing.acquiring',
        'not proactive': 'authenticated.due.ready',
        'not visible': 'authenticated.due.ready',
        'not visible, live tokens only': 'refreshing.acquiring',
        'offline, token good': 'authenticated.due.ready',
        'before Retry-After, token good': 'refreshing.backingOff',
      },
    },
  },
  'xstate.after.backoff.session.signedIn.refreshing.backingOff': {
    'refreshing.backingOff': {
      cases: { otherwise: 'refreshing.acquiring', 'offline, token expired': 'refreshing.acquiring' },
    },
  },
  'xstate.after.offlineRetry.session.signedIn.refreshing.offline': {
    'refreshing.offline': 'refreshing.acquiring',
  },
  'xstate.after.backoff.session.loggedOut.backingOff': {
    'loggedOut.backingOff': 'loggedOut.revoking',
  },
  'xstate.error.actor.revoker': { 'loggedOut.revoking': 'loggedOut.idle' },
  'xstate.error.actor.refresher': {
    'refreshing.acquiring': 'authenticated.due.ready',
    'refreshing.requesting': 'authenticated.due.ready',
    'refreshing.backingOff': 'authenticated.due.ready',
    'refreshing.offline': 'authenticated.due.ready',
  },
};
