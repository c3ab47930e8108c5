import { StateMachine, StateNode, type InspectionEvent } from 'xstate';
import { vi } from 'vitest';
import type { Session } from '../../src/index.ts';
import { observeRequests } from '../../src/observe/index.ts';
import { hunt, containsCanary } from './canary.ts';

const methods = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;

/** The chart is large and does not change, so it is searched once, at the end. */
function isChart(value: object): boolean {
  return value instanceof StateMachine || value instanceof StateNode;
}

/** Examines everything that a session exposes, and records where a canary was found. */
export interface Witness extends Disposable {
  /** An observer for the option `inspect`. */
  readonly inspect: (event: InspectionEvent) => void;
  /** Watches a session: views, snapshots, emitted events, history. */
  watch<User, Login>(session: Session<User, Login>): void;
  /** Examines a value, for example a caught error. */
  look(name: string, value: unknown): void;
  /** Examines everything once more, and returns where canaries were found. */
  found(): readonly string[];
  /** The output on the console, stdout and stderr. */
  readonly output: readonly string[];
}

/** Also captures the console and the process output, until it is disposed of. */
export function createWitness(): Witness {
  const places = new Set<string>();
  const output: string[] = [];
  const sessions: Session[] = [];
  const stack = new DisposableStack();

  function look(name: string, value: unknown, skip?: (value: object) => boolean): void {
    const path = hunt(value, name, skip);
    if (path !== null) places.add(path);
  }

  function write(place: string, values: readonly unknown[]): void {
    look(place, values);
    output.push(`${place}: ${values.map(String).join(' ')}`);
  }

  for (const method of methods) {
    const spy = vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
      write(`console.${method}`, values);
    });
    stack.defer(() => spy.mockRestore());
  }
  for (const name of ['stdout', 'stderr'] as const) {
    const spy = vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      write(`process.${name}`, [typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)]);
      return true;
    });
    stack.defer(() => spy.mockRestore());
  }

  /** Everything that a session exposes at any time. */
  function lookAt(session: Session): void {
    look('actor', session.actor, isChart);
    look('view', session.getSnapshot());
    look('history', session.history());
    const persisted: unknown = session.actor.getPersistedSnapshot();
    look('persisted snapshot', persisted);
    if (containsCanary(JSON.stringify(persisted))) places.add('persisted snapshot as JSON');
  }

  return {
    output,
    look,
    inspect: (event) => look(`inspected ${event.type}`, event, isChart),
    watch(session) {
      // Skips the members of a session that receive a user or credentials.
      const seen = session as unknown as Session;
      sessions.push(seen);
      lookAt(seen);
      session.subscribe((view) => look('view', view));
      observeRequests(session).subscribe((step) => look(step.type, step));
      session.on('*', (event) => look(`emitted ${event.type}`, event));
      session.actor.subscribe(() => lookAt(seen));
    },
    found() {
      for (const session of sessions) {
        lookAt(session);
        look('session', session);
      }
      return [...places];
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}
