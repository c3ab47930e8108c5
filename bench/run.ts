import type { Figure, Part } from './figure.ts';

/** Measures the part in the first argument, and prints its figures as JSON. */
const { default: part } = (await import(`./parts/${process.argv[2] ?? ''}.ts`)) as { default: Part };
const figures: readonly Figure[] = await part();
// Exit explicitly, since sessions, sockets and timers of the part would keep the process alive.
process.stdout.write(JSON.stringify(figures), () => process.exit());
