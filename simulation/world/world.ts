import type { Coverage } from '../coverage.ts';
import { createOracle, type Oracle } from '../oracle/oracle.ts';
import { createChannels, type Channels } from '../platform/channels.ts';
import { setCurrentTab } from '../platform/currentTab.ts';
import { usePlatform } from '../platform/globals.ts';
import { createLocks, type Locks } from '../platform/locks.ts';
import { createMedium, type LocalStorage, type Medium } from '../platform/medium.ts';
import { createTab, type Tab } from '../platform/tab.ts';
import { createRandom, type Random } from '../random.ts';
import { createScheduler, type Scheduler } from '../scheduler.ts';
import { openClient, type Client } from './client.ts';
import { createNetwork, type Network } from './network.ts';
import { isInBrowser, type Plan, type Setup } from './plan.ts';
import { createServer, type Server } from './server.ts';
import { isRecordKey, openStore } from './stores.ts';

/** Everything outside the library: the device, the network and the server. */
export interface World {
  readonly setup: Setup;
  readonly scheduler: Scheduler;
  readonly server: Server;
  readonly network: Network;
  readonly medium: Medium;
  readonly locks: Locks;
  readonly channels: Channels;
  readonly oracle: Oracle;
  readonly random: Random;
  readonly clients: readonly Client[];
  readonly tabs: readonly Tab[];
  /** The clock of the device is `ahead` of the true time by so many milliseconds. */
  readonly device: { ahead: number };
  /** Opens a tab with a client. In a process with a `memoryStore`, another client of the same store. */
  open(this: void): void;
  note(this: void, who: Tab | null, what: string): void;
}

const start = Date.UTC(2030, 0, 1);

/** @param note - receives each line of the trace, with its time in milliseconds */
export function createWorld(plan: Plan, coverage: Coverage, note: (at: number, line: string) => void): World {
  const { seed, setup } = plan;
  const scheduler = createScheduler(start);
  const { now } = scheduler;
  const purpose = (number: number) => createRandom(seed, number);
  const tell = (who: Tab | null, what: string) =>
    note(now() - start, who === null ? what : `tab ${who.id} ${what}`);
  const server = createServer({ now, ...setup });
  const oracle = createOracle({ now, setup, server, note: tell });
  const network = createNetwork({
    scheduler,
    random: purpose(1),
    server,
    observer: oracle,
    delay: setup.networkDelay,
  });
  const medium = createMedium({
    scheduler,
    random: purpose(2),
    lateness: setup.lateness,
    written(key, text) {
      if (isRecordKey(key)) oracle.stored(parse(text));
    },
  });
  const locks = createLocks(scheduler, purpose(3));
  locks.isRefused = setup.place === 'files' && !setup.hasLocks;
  const channels = createChannels(purpose(4), oracle.posted);
  const tabs: Tab[] = [];
  const device = { ahead: setup.skew };
  const clients: Client[] = [];
  const storages = new Map<Tab, LocalStorage>();
  const random = purpose(5);
  /** The store of each process. */
  const stores = new Map<Tab, ReturnType<(typeof openStore)['memory']>>();

  usePlatform({
    isBrowser: isInBrowser(setup.place),
    locks: setup.hasLocks ? locks : null,
    channels: setup.hasChannel ? channels : null,
    random: purpose(6),
    storages,
    reported: (error) => oracle.ledger.violate('no error is reported', String(error)),
  });

  function openTab(): Tab {
    const id = tabs.length + 1;
    const clock = setup.hasDrift
      ? { ahead: device.ahead + random.below(4_000) - 2_000, rate: 1 + (random.next() - 0.5) / 500 }
      : { ahead: device.ahead, rate: 1 };
    const tab: Tab = createTab({ id, scheduler, clock, note: (what) => tell(tab, what) });
    tabs.push(tab);
    storages.set(tab, medium.localStorage(tab));
    return tab;
  }

  function open(): void {
    const isProcess = setup.place === 'memory';
    const tab = isProcess ? (tabs.find(({ isAlive }) => isAlive()) ?? openTab()) : openTab();
    tab.enter(() => {
      const store = stores.get(tab) ?? openStore[setup.place](tab, { medium, locks, kept: oracle.stored });
      stores.set(tab, store);
      const id = clients.length + 1;
      const client = openClient({
        id,
        tab,
        setup,
        store,
        fetch: network.fetchOf(tab),
        random,
        oracle,
        coverage,
      });
      clients.push(client);
      tell(tab, `opens ${client.name}`);
    });
  }

  setCurrentTab(null);
  return {
    setup,
    scheduler,
    server,
    network,
    medium,
    locks,
    channels,
    oracle,
    random,
    clients,
    tabs,
    device,
    open,
    note: tell,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
