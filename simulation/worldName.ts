/** The name of a world: the seed of its run and its number in it, as `7:306`. */
export const worldName = (seed: number, index: number): string => `${seed}:${index}`;
