import { expect, test } from 'vitest';
import { createQueue } from '../../src/store/queue.ts';
import { createManualClock } from '../../src/testing/index.ts';
import { createGate } from '../referenceServer/authorities.ts';

/** A queue with a limit of a second, and operations that last until their gate opens. */
function openQueue() {
  const clock = createManualClock();
  const queue = createQueue({ clock, limit: 1_000 });
  const begun: string[] = [];
  return {
    clock,
    begun,
    ask(name: string) {
      const gate = createGate();
      const done = queue(async () => {
        begun.push(name);
        await gate.opened;
      });
      return { gate, done };
    },
    /** An operation of a synchronous store. */
    askNow: (name: string) => queue(() => name),
  };
}

test('Operations of a queue run one after another, and at once if none is pending', async () => {
  const { begun, ask, askNow } = openQueue();
  expect(askNow('at once')).toBe('at once');
  const first = ask('first');
  const second = ask('second');
  expect(begun).toEqual(['first']);
  const third = askNow('third');
  first.gate.open();
  second.gate.open();
  await Promise.all([first.done, second.done]);
  expect(begun).toEqual(['first', 'second']);
  expect(await third).toBe('third');
  await new Promise(setImmediate);

  expect(askNow('at once')).toBe('at once');
});

test('An operation that takes longer than the limit holds no other one up, and the order is kept again when it has settled', async () => {
  const { clock, begun, ask, askNow } = openQueue();
  const slow = ask('slow');
  const waiting = ask('waiting');
  await clock.advance(999);
  expect(begun).toEqual(['slow']);
  await clock.advance(1);
  expect(begun).toEqual(['slow', 'waiting']);
  expect(askNow('at once')).toBe('at once');
  slow.gate.open();
  waiting.gate.open();
  await Promise.all([slow.done, waiting.done]);
  await new Promise(setImmediate);

  const first = ask('first');
  const second = ask('second');
  expect(begun).toEqual(['slow', 'waiting', 'first']);
  first.gate.open();
  second.gate.open();
  await second.done;
});
