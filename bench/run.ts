import type { Figure, Part } from './figure.ts';

/** Measures one part, which is named on the command line, and prints its figures as JSON. */
const { default: part } = (await import(`./parts/${process.argv[2] ?? ''}.ts`)) as { default: Part };
const figures: readonly Figure[] = await part();
// Sessions, sockets and timers that a part has left would keep the process alive.
process.stdout.write(JSON.stringify(figures), () => process.exit());
