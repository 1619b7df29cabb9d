import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnRedis, redisServer, startOwnRedis } from '../../../../tests/setup/own-redis.ts';
import { type Backups, backUp, inputOf, openBackups, restoreRun } from '../captures/redis/redis.fixture.ts';
import { compareRedis } from './compare-redis.ts';
import { drillRedis } from './redis-drill.ts';

const DEBUG = ['--enable-debug-command', 'yes'];

describe('a drill of Redis', () => {
  let source: OwnRedis;
  let other: OwnRedis;
  let backups: Backups;
  let parent: string;

  beforeAll(async () => {
    [source, other, backups] = await Promise.all([
      startOwnRedis([...DEBUG, '--databases', '32']),
      startOwnRedis(DEBUG),
      openBackups(),
    ]);
    // Not named as the folder of a drill: a service that starts beside this removes those whose owner is gone.
    parent = await mkdtemp(join(tmpdir(), 'lucid-redis-drills-'));
  });
  afterAll(async () => {
    await Promise.all([source, other].map((one) => one?.stop()));
    await backups.close();
    await rm(parent, { recursive: true, force: true });
  });

  async function fill({ client }: OwnRedis): Promise<void> {
    await client.flushall();
    await client.mset(Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`key:${n}`, `value-${n}`])));
    await client.sadd('set', ...Array.from({ length: 1_000 }, (_, n) => `m${n}`));
    await client.hset('hash', Object.fromEntries(Array.from({ length: 700 }, (_, n) => [`f${n}`, String(n)])));
    await client.zadd('scores', 1.5, 'a', 2, 'b');
    await client.rpush('list', ...Array.from({ length: 300 }, (_, n) => `i${n}`));
    await client.xadd('stream', '1-1', 'kind', 'created');
    await client.set('expiring', 'token', 'EX', 900);
    await client.set('gone soon', 'token', 'PX', 300);
    await client.call(
      'FUNCTION',
      'LOAD',
      'REPLACE',
      "#!lua name=own\nredis.register_function('own', function() return 1 end)",
    );
    await client.select(20);
    await client.set('elsewhere', 'x');
    await client.select(0);
  }

  it('brings every key back into a server of its own, compares it with a second one, and leaves nothing', async () => {
    await fill(source);
    const backup = await backUp(backups, source.uri);
    const options = { program: await redisServer(), parent, maxMemoryBytes: 100_000_000 };
    const drilled = await drillRedis(options, { input: inputOf(backup), run: restoreRun() });
    expect(drilled).toMatchObject({ engine: 'redis', target: 'disposable', differences: [] });
    expect(drilled.compared).toBeGreaterThanOrEqual(3_006);
    expect(await readdir(parent)).toEqual([]);
  });

  it('says that the server is missing, or has too little memory', async () => {
    await source.client.flushall();
    await source.client.mset(
      Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`k${n}`, randomBytes(3_000)])),
    );
    const input = inputOf(await backUp(backups, source.uri));
    const without = { program: undefined, parent, maxMemoryBytes: 1 };
    await expect(drillRedis(without, { input, run: restoreRun() })).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
    const small = { program: await redisServer(), parent, maxMemoryBytes: 3_000_000 };
    await expect(drillRedis(small, { input, run: restoreRun() })).rejects.toThrow('Redis is full');
    expect(await readdir(parent)).toEqual([]);
  });

  it('fails where redis-server does not load the backup as its file', async () => {
    await fill(source);
    const input = inputOf(await backUp(backups, source.uri));
    const folder = await mkdtemp(join(tmpdir(), 'lucid-redis-program-'));
    const program = join(folder, 'redis-server');
    // Ends as the real one does with a file that it cannot read.
    await writeFile(program, `#!/bin/sh\n[ -e dump.rdb ] && exit 1\nexec ${await redisServer()} "$@"\n`, {
      mode: 0o755,
    });
    const options = { program, parent, maxMemoryBytes: 100_000_000 };
    await expect(drillRedis(options, { input, run: restoreRun() })).rejects.toMatchObject({ code: 'RESTORE_MISMATCH' });
    expect(await readdir(parent)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('finds what differs: values, expiries, missing and strange keys, functions', async () => {
    await Promise.all([source, other].map(({ client }) => client.flushall()));
    await Promise.all([source, other].map(({ client }) => client.function('FLUSH')));
    for (const { client } of [source, other]) {
      await client.mset('same', '1', 'value', '1', 'expiry', '1', 'missing', '1');
      await client.sadd('set', 'a', 'b');
    }
    await other.client.set('value', '2');
    await other.client.expire('expiry', 900);
    await other.client.del('missing');
    await other.client.srem('set', 'b');
    await other.client.set('strange', '1');
    await other.client.call(
      'FUNCTION',
      'LOAD',
      "#!lua name=own\nredis.register_function('own', function() return 1 end)",
    );
    const database = { database: 0, keys: 5, expiring: 0, bytes: 0 };
    const comparing = { signal: new AbortController().signal, nowMs: () => Date.now(), onKeys: () => undefined };
    const { keys, differences } = await compareRedis(source.client, other.client, [database], comparing);
    expect(keys).toBe(5);
    expect([...differences].sort()).toEqual([
      'db0: "expiry" differs',
      'db0: "missing" is missing',
      'db0: "set" differs',
      'db0: "strange" is not in the backup',
      'db0: "value" differs',
      'the function libraries differ',
    ]);
    const lost = await compareRedis(source.client, source.client, [{ ...database, keys: 6 }], comparing);
    expect(lost.differences).toEqual(['db0 has 5 keys instead of 6']);
  });
});
