import { createTestSession } from 'sessionchart/testing';
import { expect, test } from 'vitest';

test('advancing the clock lets the in-memory server respond, however slowly the browser delivers bodies', async () => {
  using world = await createTestSession();
  let answered = 0;
  const late: number[] = [];
  for (let round = 1; round <= 200; round += 1) {
    void world.session.api.post('api/echo', { json: { round } }).then(() => (answered += 1));
    await world.clock.advance(0);
    if (answered < round) late.push(round);
  }

  expect(late).toEqual([]);
});
