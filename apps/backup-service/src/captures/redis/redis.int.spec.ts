import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { eventually } from '@lucid/testing/eventually';
import type { Redis } from 'ioredis';
import { type OwnRedis, redisServer, startOwnRedis } from '../../../../../tests/setup/own-redis.ts';
import { exportRdb } from './export-rdb.ts';
import { type Backups, backUp, bringBack, imageOf, openBackups } from './redis.fixture.ts';

let source: OwnRedis;
let target: OwnRedis;
let backups: Backups;

beforeAll(async () => {
  [source, target, backups] = await Promise.all([
    startOwnRedis(['--maxmemory-policy', 'allkeys-lru', '--enable-debug-command', 'yes']),
    startOwnRedis(),
    openBackups(),
  ]);
});
afterAll(async () => {
  await Promise.all([source, target].map((one) => one.stop()));
  await backups.close();
});
beforeEach(async () => {
  await source.client.flushall();
  await target.client.flushall();
});

const LIBRARY = '#!lua name=counters\nredis.register_function("one", function() return 1 end)';

/** Every type in each of its encodings of Redis 7.0. */
async function fillAllTypes(client: Redis): Promise<void> {
  const long = 'y'.repeat(100);
  const many = Array.from({ length: 1_000 }, (_, n) => `member-${n}-${long}`);
  await client.set('empty', '');
  await client.set(Buffer.alloc(0), 'the empty key');
  await client.set(Buffer.from([0, 1, 13, 10, 255, 42]), Buffer.from([0, 255, 13, 10]));
  await client.set('key-that-can-be-compressed-'.padEnd(200, 'k'), 'lzf '.repeat(1_000));
  await client.mset('12', '-100', '-30000', '40000', '2000000000', '-3000000000', 'float', '1.5');
  await client.set('random', randomBytes(5_000));
  await client.rpush('list:small', 'a', '', '17', long);
  await client.rpush('list:large', ...many, 'z'.repeat(20_000));
  await client.sadd('set:integers', 1, 2, 70_000, '5000000000');
  await client.sadd('set:small', 'a', 'b');
  await client.sadd('set:large', ...many);
  await client.zadd('zset:small', 1, 'a', '-inf', 'b', '+inf', 'c', 0.1, 'd');
  await client.zadd('zset:large', ...many.flatMap((one, n) => [n / 3, one]));
  await client.hset('hash:small', 'a', '1', 'b', '');
  await client.hset('hash:large', Object.fromEntries(many.map((one) => [one, long])));
  await client.setbit('bits', 10_000, 1);
  await client.pfadd('hyperloglog', ...many);
  await client.geoadd('geo', 13.4, 52.5, 'Berlin');
  for (let n = 0; n < 500; n += 1) await client.xadd('stream', '*', 'n', n, 'text', long);
  await client.xdel('stream', (await client.xrange('stream', '-', '+', 'COUNT', 1))[0]?.[0] ?? '');
  await client.xgroup('CREATE', 'stream', 'readers', '0');
  await client.xgroup('CREATE', 'stream', 'idle', '$');
  await client.xreadgroup('GROUP', 'readers', 'one', 'COUNT', 50, 'STREAMS', 'stream', '>');
  await client.xreadgroup('GROUP', 'readers', 'two', 'COUNT', 5, 'STREAMS', 'stream', '>');
  await client.xgroup('CREATE', 'stream:empty', 'g', '$', 'MKSTREAM');
  await client.set('expires', 'x', 'PX', 3_600_000);
  await client.pexpire('hash:large', 7_200_000);
  for (const database of [3, 15]) {
    await client.select(database);
    await client.set('twelve', database);
  }
  await client.select(0);
  await client.call('FUNCTION', 'LOAD', 'REPLACE', LIBRARY);
}

describe('backing up and restoring Redis', () => {
  it('brings back every type, expiries, databases and functions', async () => {
    await fillAllTypes(source.client);
    const expected = await imageOf(source.client);
    const backup = await backUp(backups, source.uri);
    expect(backup.outcome).toMatchObject({ warnings: [], documents: expected.size });
    expect(backup.outcome.namespaces).toEqual(['redis.db0', 'redis.db15', 'redis.db3']);
    expect(backup.manifest).toMatchObject({ isOneInstant: true, redisVersion: '7.0.15' });
    expect(backup.manifest.parts[0]).toMatchObject({ method: 'replication', functions: ['counters'] });
    const { plan, restored } = await bringBack(backup, target.uri);
    expect(await imageOf(target.client)).toEqual(expected);
    expect(plan.namespaces.map(({ documents }) => documents)).toEqual([expected.size - 2, 1, 1]);
    expect(restored.warnings).toEqual([]);
    expect(await target.client.call('FCALL', 'one', 0)).toBe(1);
  });

  it('makes the databases what they were, and does so again when run again', async () => {
    await source.client.mset('a', '1', 'b', '2');
    const backup = await backUp(backups, source.uri);
    await target.client.mset('b', 'newer', 'stray', 'x');
    await target.client.select(5);
    await target.client.set('stray', 'x');
    const { plan } = await bringBack(backup, target.uri);
    expect(plan.namespaces).toMatchObject([
      { source: 'redis.db0', documents: 2, replaces: true },
      { source: 'redis.db5', documents: 0, replaces: true },
    ]);
    expect(await imageOf(target.client)).toEqual(await imageOf(source.client));
    await bringBack(backup, target.uri);
    expect(await imageOf(target.client)).toEqual(await imageOf(source.client));
  });

  it('brings back chosen keys and databases, and leaves the others alone', async () => {
    await source.client.mset('user:1', 'old', 'user:2', 'old', 'other', 'old');
    await source.client.select(2);
    await source.client.set('user:3', 'old');
    await source.client.select(0);
    const backup = await backUp(backups, source.uri);
    await target.client.mset('user:1', 'new', 'other', 'new', 'stray', 'new');
    const { plan } = await bringBack(backup, target.uri, { databases: [0], keys: ['user:[1-9]'] });
    expect(plan.namespaces).toMatchObject([{ documents: 2 }]);
    expect(await target.client.mget('user:1', 'user:2', 'other', 'stray')).toEqual(['old', 'old', 'new', 'new']);
    await target.client.select(2);
    expect(await target.client.dbsize()).toBe(0);
    await target.client.select(0);
    await expect(bringBack(backup, target.uri, { databases: [9] })).rejects.toMatchObject({
      code: 'BACKUP_SCOPE_EMPTY',
    });
    await expect(bringBack(backup, target.uri, { keys: ['no*'] })).rejects.toMatchObject({
      code: 'BACKUP_SCOPE_EMPTY',
    });
  });

  it('passes over keys that have expired since, and removes them from the target', async () => {
    // It expires at once, and the server writes it all the same: else the backup would have to be made before that.
    await source.client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    await source.client.set('short', 'x', 'PX', 1);
    await source.client.set('long', 'x', 'PX', 3_600_000);
    const backup = await backUp(backups, source.uri);
    await source.client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '1');
    expect(backup.outcome.documents).toBe(2);
    await target.client.set('short', 'still here');
    const { restored } = await bringBack(backup, target.uri);
    expect(await target.client.keys('*')).toEqual(['long']);
    expect(restored.warnings).toEqual(['Redis: 1 keys had expired and were passed over']);
  });

  it('gives unchanged data the same chunks, although its idle times differ', async () => {
    const pipeline = source.client.pipeline();
    for (let n = 0; n < 20_000; n += 1) pipeline.set(`k${n}`, randomBytes(100));
    await pipeline.exec();
    // While the server moves its keys to a larger table, their order changes.
    const isMoving = async () => String(await source.client.call('DEBUG', 'HTSTATS', '0')).includes('rehashing');
    await eventually('the keys to be in their place', async () => !(await isMoving()));
    await backUp(backups, source.uri);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const again = await backUp(backups, source.uri);
    expect(again.storedBytes).toBeLessThan(40_000);
  });

  it('restores idle times', async () => {
    await source.client.set('a', '1');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const backup = await backUp(backups, source.uri);
    await bringBack(backup, target.uri);
    expect(Number(await target.client.object('IDLETIME', 'a'))).toBeGreaterThanOrEqual(1);
  });

  it('backs up an empty Redis, and restores it', async () => {
    const backup = await backUp(backups, source.uri);
    expect(backup.outcome).toMatchObject({ namespaces: [], documents: 0 });
    await target.client.set('stray', '1');
    await bringBack(backup, target.uri);
    expect(await target.client.dbsize()).toBe(0);
  });

  it('exports an RDB that redis-check-rdb and a fresh server accept', async () => {
    await fillAllTypes(source.client);
    const backup = await backUp(backups, source.uri);
    const buffers: Buffer[] = [];
    for await (const buffer of exportRdb(backup.reader, backup.manifest)) buffers.push(buffer);
    const file = join(target.folder, 'export.rdb');
    await writeFile(file, Buffer.concat(buffers));
    const checker = join(dirname(await redisServer()), 'redis-check-rdb');
    expect((await runProgram(checker, [file])).stdout).toContain('RDB looks OK');
    const fresh = await startOwnRedis(['--dbfilename', 'export.rdb', '--dir', target.folder]);
    try {
      expect(await imageOf(fresh.client)).toEqual(await imageOf(source.client));
      expect(await fresh.client.call('FCALL', 'one', 0)).toBe(1);
    } finally {
      await fresh.stop();
    }
  });
});
