import { play } from './play.ts';
import type { Plan, Setup } from './world/plan.ts';

/** The plain setup: what a failing world does not need is replaced with it. */
const plain: Partial<Setup> = {
  skew: 0,
  hasDrift: false,
  lateness: 0,
  hasExpiresAt: false,
  hasSecondStep: false,
  hasThirdStep: false,
  leeway: null,
  hasChannel: true,
  hasLocks: true,
  networkDelay: 20,
  holdLimit: 1_000,
  attempts: Infinity,
  whileExpired: false,
  whileStepUp: false,
};

/** Leaves out steps, tabs and properties of a world while it still breaks the same rule. */
export async function shrink(plan: Plan, rule: string): Promise<Plan> {
  const fails = async (candidate: Plan): Promise<boolean> =>
    (await play(candidate)).violations.some((violation) => violation.rule === rule);
  let smallest = plan;
  for (let size = plan.steps.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < smallest.steps.length;) {
      const steps = [...smallest.steps.slice(0, from), ...smallest.steps.slice(from + size)];
      if (await fails({ ...smallest, steps })) smallest = { ...smallest, steps };
      else from += size;
    }
  }
  for (const setup of simplerSetups(smallest.setup)) {
    const candidate = { ...smallest, setup: { ...smallest.setup, ...setup } };
    if (await fails(candidate)) smallest = candidate;
  }
  return smallest;
}

function simplerSetups(setup: Setup): Partial<Setup>[] {
  const fewer = Array.from({ length: setup.clients - 1 }, (_, less) => ({
    clients: setup.clients - 1 - less,
  }));
  return [...fewer, ...Object.entries(plain).map(([name, value]) => ({ [name]: value }))];
}
