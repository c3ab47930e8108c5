import { expect, test } from 'vitest';
import { sessionMachine } from '../../machines/index.ts';
import { movesOf, nameOf, nodesIn } from '../../src/devtools/chart/nodes.ts';
import { describeReason } from '../../src/devtools/chart/transitions.ts';

/** What a session that ends with this event gives as its reason. */
const reasonOf = (event: string): string =>
  /^(server\.|peer\.(loggedOut|expired)|session\.logout|limit\.reached)/.test(event)
    ? event
    : 'accessToken.due';

const endings = nodesIn(sessionMachine.root)
  .flatMap(movesOf)
  .flatMap(({ event, source, target, description }) =>
    target !== null && ['expired', 'loggedOut'].includes(nameOf(target))
      ? [[reasonOf(event), nameOf(source), description] as const]
      : [],
  );

test.each(endings)('the reason %s has the description of the transition in %s', (reason, _, description) => {
  expect(describeReason(reason)).toBe(description);
});
