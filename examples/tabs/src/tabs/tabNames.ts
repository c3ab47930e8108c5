/** A name and its colour. */
export interface TabName {
  readonly name: string;
  /** The hue in degrees. */
  readonly hue: number;
}

const colours: readonly TabName[] = [
  { name: 'Coral', hue: 30 },
  { name: 'Azure', hue: 240 },
  { name: 'Fern', hue: 150 },
  { name: 'Plum', hue: 325 },
  { name: 'Amber', hue: 75 },
  { name: 'Teal', hue: 195 },
  { name: 'Indigo', hue: 280 },
  { name: 'Olive', hue: 115 },
];

const prefix = 'tabs:named:';

/**
 * Takes the first name that no other tab has. The name is a Web Lock, which the browser releases when the tab is closed
 * or crashes.
 */
export function claimTabName(id: string): Promise<void> {
  return navigator.locks.request('tabs:naming', async () => {
    const taken = new Set((await heldNames()).map(([, index]) => index));
    let free = 0;
    while (taken.has(free)) free += 1;
    await hold(`${prefix}${id}:${free}`);
  });
}

/** The names of all tabs, by session id. */
export async function readTabNames(): Promise<ReadonlyMap<string, TabName>> {
  return new Map((await heldNames()).map(([id, index]) => [id, nameAt(index)]));
}

async function heldNames(): Promise<readonly (readonly [id: string, index: number])[]> {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name = '' }) => {
    const [id, index] = name.startsWith(prefix) ? name.slice(prefix.length).split(':') : [];
    return id === undefined ? [] : [[id, Number(index)] as const];
  });
}

function nameAt(index: number): TabName {
  const { name, hue } = colours[index % colours.length] ?? { name: 'Grey', hue: 0 };
  const round = Math.floor(index / colours.length);
  return { name: round === 0 ? name : `${name} ${round + 1}`, hue };
}

/** Resolves when the lock is granted. The lock is never released. */
function hold(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const forever = () => {
      resolve();
      return new Promise(() => undefined);
    };
    navigator.locks.request(name, forever).catch(reject);
  });
}
