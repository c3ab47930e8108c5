import { play } from './play.ts';
import { shrink } from './shrink.ts';
import { planOf, type Plan } from './world/plan.ts';

/** Plays one world again, as short as it can be while it breaks the same rule. Returns the lines of its trace. */
export async function replay(seed: number, index: number): Promise<string[]> {
  Error.stackTraceLimit = 0;
  const plan = planOf(seed, index);
  const { violations } = await play(plan);
  const [first] = violations;
  if (first === undefined) return [...(await trace(plan)), '', 'No rule is broken.'];
  const smallest = await shrink(plan, first.rule);
  const lines = await trace(smallest);
  const { violations: left } = await play(smallest);
  return [...lines, '', ...left.map(({ rule, what }) => `Broken: ${rule}. ${what}.`)];
}

/** Plays a world, and returns what happens in it, a line each. */
export async function trace(plan: Plan): Promise<string[]> {
  const lines = Object.entries(plan.setup).map(([name, value]) => `${name}: ${value}`);
  await play(plan, {
    note: (at, line) => void lines.push(`${(at / 1000).toFixed(3).padStart(9)} s  ${line}`),
  });
  return lines;
}
