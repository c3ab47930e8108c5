import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { badgateway, bareKy, failedQueue, signIn, readItems } from '../clients.ts';
import { compare, type Send } from '../compare.ts';
import type { Figure, Part } from '../figure.ts';

/** Starts an HTTP server in its own process, so that its CPU time does not count. */
async function startServer(): Promise<string> {
  const server = fork(join(import.meta.dirname, '..', 'httpServer.ts'));
  const [port] = (await once(server, 'message')) as [number];
  process.on('exit', () => server.kill());
  return `http://127.0.0.1:${port}/`;
}

const budgets: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'session.fetch': { 1: 1.05, 50: 1.2 },
  'session.api': { 1: 1.1, 50: 1.2 },
};

async function figuresOf(candidates: Readonly<Record<string, Send>>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const concurrency of [1, 50]) {
    const ratios = await compare(candidates, { concurrency, requests: 100, rounds: 60 });
    const [bare, ...others] = Object.entries(ratios);
    for (const [name, value] of others) {
      const budget = budgets[name]?.[concurrency];
      figures.push({
        name: `${name} / ${bare?.[0] ?? ''}, ${concurrency} at a time`,
        value,
        unit: '×',
        ...(budget === undefined ? {} : { budget }),
      });
    }
  }
  return figures;
}

/** The same over HTTP on this machine, where the request itself takes more CPU time. */
const part: Part = async () => {
  const api = await startServer();
  const url = `${api}items`;
  const session = await signIn(fetch, { api });
  const peer = badgateway(fetch, api);
  const [bare, queue] = [bareKy(fetch), failedQueue(fetch, api)];
  return [
    ...(await figuresOf({
      'bare fetch': () => readItems(fetch(url)),
      'session.fetch': () => readItems(session.fetch(url)),
      '@badgateway/oauth2-client': () => readItems(peer(url)),
    })),
    ...(await figuresOf({
      'bare ky': () => bare.get(url).json(),
      'session.api': () => session.api.get(url).json(),
      'ky with a hand-written failedQueue': () => queue.get(url).json(),
    })),
  ];
};

export default part;
