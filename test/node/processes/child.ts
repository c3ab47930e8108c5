import { outcomeOf } from '../../outcomeOf.ts';
import { openSession } from './openSession.ts';
import type { Command, Report, Start } from './protocol.ts';

/** A program with a session in a file. It does what its parent asks for. */
const start = JSON.parse(process.argv[2] ?? '') as Start;
const session = openSession(start);
const reports: Report['view'][] = [];
session.subscribe(({ status, reason }) => {
  reports.push({ status, reason: reason?.type ?? null, answerLost: reason?.answerLost ?? false });
});

if (start.signalWhenLocked !== undefined) {
  const { signalWhenLocked } = start;
  // Once: a process that was stopped goes on, and may call the server again.
  const { unsubscribe } = session.actor.subscribe((snapshot) => {
    if (!snapshot.matches({ signedIn: { refreshing: 'requesting' } })) return;
    unsubscribe();
    process.kill(process.pid, signalWhenLocked);
  });
}

async function run(command: Command): Promise<readonly (number | string)[]> {
  switch (command.does) {
    case 'send':
      return Promise.all(
        Array.from({ length: command.count }, (_, n) => outcomeOf(session.fetch(`/api/items/${n}`))),
      );
    case 'login':
      await session.login({ username: 'ada', password: 'lovelace' });
      return [];
    case 'logout':
      await session.logout();
      return [];
    case 'look':
      return [];
  }
}

process.on('message', (command: Command) => {
  void run(command).then((outcomes) => {
    const view = reports.at(-1) ?? { status: 'anonymous', reason: null, answerLost: false };
    process.send?.({ outcomes, view, failures } satisfies Report);
  });
});

const failures: string[] = [];
for (const type of ['store.failed', 'store.cleared', 'lock.unavailable', 'channel.unavailable'] as const) {
  session.on(type, () => failures.push(type));
}

process.on('disconnect', () => process.exit());
await session.ready();
process.send?.('ready');
