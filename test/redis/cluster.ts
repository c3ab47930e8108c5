import { startRedis, type RedisOptions, type RedisServer } from './server.ts';

/** Three servers, and a replica of each if a test wants them. */
export interface RedisCluster extends AsyncDisposable {
  /** The port of the server that clients ask first. */
  readonly port: number;
  readonly primaries: readonly RedisServer[];
  /** The server at each place is a replica of the primary at this place. */
  readonly replicas: readonly RedisServer[];
  /** The place of the primary that has a key. */
  placeOf(key: string): Promise<number>;
}

export interface ClusterOptions extends Omit<RedisOptions, 'isInCluster'> {
  readonly hasReplicas?: boolean;
}

const [size, slots] = [3, 16_384];

const firstSlot = (place: number): number => Math.ceil((place * slots) / size);

export async function startCluster({
  hasReplicas = false,
  ...given
}: ClusterOptions = {}): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const start = async () => stack.use(await startRedis({ ...given, isInCluster: true }));
  const startAll = () => Promise.all(Array.from({ length: size }, start));
  const [primaries, replicas] = await Promise.all([startAll(), hasReplicas ? startAll() : []]);
  const [first] = primaries;
  if (first === undefined) throw new Error('There are three primaries');
  const all = [...primaries, ...replicas];
  for (const [place, primary] of primaries.entries()) {
    const range = `${firstSlot(place)} ${firstSlot(place + 1) - 1}`;
    await primary.untilReply(`CLUSTER ADDSLOTSRANGE ${range}`, '+OK');
  }
  for (const { port, busPort } of all.slice(1))
    await first.untilReply(`CLUSTER MEET 127.0.0.1 ${port} ${busPort}`, '+OK');
  const knowsAll = `cluster_known_nodes:${all.length}`;
  await Promise.all(all.map((server) => server.untilReply('CLUSTER INFO', knowsAll)));
  for (const [place, replica] of replicas.entries()) {
    const [, id = ''] = (await primaries[place]?.untilReply('CLUSTER MYID', '$40'))?.split('\r\n') ?? [];
    await replica.untilReply(`CLUSTER REPLICATE ${id}`, '+OK');
    await replica.untilReply('ROLE', 'connected');
  }
  await Promise.all(all.map((server) => server.untilReply('CLUSTER INFO', 'cluster_state:ok')));
  const kept = stack.move();
  return {
    port: first.port,
    primaries,
    replicas,
    async placeOf(key) {
      const slot = Number((await first.untilReply(`CLUSTER KEYSLOT ${key}`, ':')).slice(1));
      return primaries.findIndex((_, place) => slot < firstSlot(place + 1));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
