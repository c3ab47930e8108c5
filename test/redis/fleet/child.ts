import { redisStore } from '../../../src/redis/index.ts';
import { outcomeOf } from '../../outcomeOf.ts';
import { clients } from '../clients.ts';
import { openSession, type User } from './openSession.ts';
import type { Command, Report, Start } from './protocol.ts';

/** One instance of a service: it has a session for each user, and does what its parent asks for. */
const start = JSON.parse(process.argv[2] ?? '') as Start;
const { port, client, users, lease, freezesWhenLocked } = start;
const opened = await clients[client](port);
const store = redisStore<User>(opened.client, lease === undefined ? {} : { lease });
const failures: string[] = [];
const reasons: string[] = [];

function open(name: string) {
  const session = openSession(start, store, name);
  for (const type of ['store.failed', 'store.cleared', 'lock.unavailable', 'channel.unavailable'] as const)
    session.on(type, () => failures.push(type));
  session.on('session.expired', ({ reason }) =>
    reasons.push(reason.answerLost ? `${reason.type}, answer lost` : reason.type),
  );
  session.on('session.loggedOut', ({ reason }) => reasons.push(reason.type));
  return session;
}

const sessions = users.map(open);

if (freezesWhenLocked === true) {
  for (const session of sessions) {
    // Once: a later snapshot in the same state would stop a process that the test has continued.
    const { unsubscribe } = session.actor.subscribe((snapshot) => {
      if (!snapshot.matches({ signedIn: { refreshing: 'requesting' } })) return;
      unsubscribe();
      process.kill(process.pid, 'SIGSTOP');
    });
  }
}

async function run(command: Command): Promise<readonly (number | string)[]> {
  switch (command.does) {
    case 'send':
      return Promise.all(
        sessions.flatMap((session) =>
          Array.from({ length: command.count }, () => outcomeOf(session.fetch('/api/me'))),
        ),
      );
    case 'look':
      return [];
  }
}

process.on('message', (command: Command) => {
  const began = performance.now();
  void run(command).then((outcomes) => {
    const statuses = sessions.map((session) => session.getSnapshot().status);
    const took = performance.now() - began;
    process.send?.({ outcomes, took, statuses, reasons, failures } satisfies Report);
  });
});

await Promise.all(sessions.map((session) => session.ready()));
process.send?.('ready');
