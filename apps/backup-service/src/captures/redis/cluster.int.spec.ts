import type { Cluster } from 'ioredis';
import { freePorts } from '../../../../../scripts/engines/free-ports.ts';
import {
  type OwnRedis,
  type OwnRedisCluster,
  startOwnRedis,
  startOwnRedisCluster,
} from '../../../../../tests/setup/own-redis.ts';
import { slotOf } from '@lucid/clients/redis/cluster-slots';
import { type Backups, backUp, bringBack, openBackups } from './redis.fixture.ts';

let own: OwnRedisCluster;
let nodes: readonly OwnRedis[];
let single: OwnRedis;
let backups: Backups;
let cluster: Cluster;

beforeAll(async () => {
  backups = await openBackups();
  single = await startOwnRedis();
  // So patient that a busy host costs no primary its place.
  own = await startOwnRedisCluster(['--cluster-node-timeout', '30000']);
  nodes = own.nodes;
  cluster = own.client;
});
afterAll(async () => {
  await Promise.all([single?.stop(), own?.stop()]);
  await backups.close();
});

const KEYS = Array.from({ length: 3_000 }, (_, n) => (n % 3 === 0 ? `{tag${n % 7}}:${n}` : `key:${n}`));

async function valuesOf(keys: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(keys.map((key) => cluster.get(key)));
}

describe('a Redis Cluster', () => {
  it('gives keys the slots the server gives them', async () => {
    for (const key of ['a', '', '{user}:1', 'x{user}', '{}x', '{', 'a{b{c}d}', '}{a}']) {
      expect([key, slotOf(Buffer.from(key))]).toEqual([key, await nodes[0]!.client.cluster('KEYSLOT', key)]);
    }
  });

  it('is backed up shard by shard, and restored by slot, also where a slot has moved', async () => {
    await Promise.all(KEYS.map((key, n) => cluster.set(key, `value ${n}`, 'PX', 3_600_000 + n)));
    const backup = await backUp(backups, nodes[0]!.uri);
    expect(backup.manifest).toMatchObject({ isCluster: true, isOneInstant: false });
    expect(backup.manifest.parts).toHaveLength(3);
    expect(backup.outcome.documents).toBe(KEYS.length);
    await Promise.all(KEYS.map((key, n) => (n % 2 === 0 ? cluster.del(key) : cluster.set(key, 'newer'))));
    await Promise.all(Array.from({ length: 50 }, (_, n) => cluster.set(`stray:${n}`, 'x')));
    const { restored } = await bringBack(backup, nodes[4]!.uri);
    expect(await valuesOf(KEYS)).toEqual(KEYS.map((_, n) => `value ${n}`));
    expect(await valuesOf(Array.from({ length: 50 }, (_, n) => `stray:${n}`))).toEqual(Array(50).fill(null));
    expect(restored.namespaces).toEqual([{ target: 'redis.db0', documents: KEYS.length }]);
  });

  it('is found by its second node where the first is dead, goes back to a single server, and refuses databases that a cluster has not', async () => {
    const [dead] = await freePorts(1);
    const fromCluster = await backUp(backups, `redis://127.0.0.1:${dead},127.0.0.1:${nodes[0]!.port}`);
    await bringBack(fromCluster, single.uri);
    expect(await single.client.dbsize()).toBe(KEYS.length);
    const fromSingle = await backUp(backups, single.uri);
    await cluster.del(KEYS[1]!);
    await bringBack(fromSingle, nodes[0]!.uri);
    expect(await cluster.get(KEYS[1]!)).toBe('value 1');
    await single.client.select(2);
    await single.client.set('two', '2');
    await single.client.select(0);
    const withTwo = await backUp(backups, single.uri);
    await expect(bringBack(withTwo, nodes[0]!.uri)).rejects.toThrow('a Redis Cluster has only 0');
  });

  it('follows a slot that is being moved', async () => {
    const backup = await backUp(backups, nodes[0]!.uri);
    const slot = slotOf(Buffer.from('{tag1}'));
    const primaries = cluster.nodes('master');
    const ids = await Promise.all(primaries.map((node) => node.cluster('MYID')));
    const counts = await Promise.all(primaries.map((node) => node.call('CLUSTER', 'COUNTKEYSINSLOT', slot)));
    const from = counts.findIndex((count) => Number(count) > 0);
    const to = (from + 1) % primaries.length;
    await primaries[to]!.cluster('SETSLOT', slot, 'IMPORTING', String(ids[from]));
    await primaries[from]!.cluster('SETSLOT', slot, 'MIGRATING', String(ids[to]));
    const moving = KEYS.filter((key) => slotOf(Buffer.from(key)) === slot);
    for (const key of moving) await primaries[from]!.del(key);
    try {
      await bringBack(backup, nodes[0]!.uri, { keys: ['{tag1}:*'] });
      // Those that are gone from the old shard were sent on to the new one by ASK.
      expect(Number(await primaries[to]!.call('CLUSTER', 'COUNTKEYSINSLOT', slot))).toBe(moving.length);
    } finally {
      for (const node of primaries) await node.cluster('SETSLOT', slot, 'NODE', String(ids[to]));
    }
  });
});
