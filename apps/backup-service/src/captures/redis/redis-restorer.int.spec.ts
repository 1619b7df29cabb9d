import { randomBytes } from 'node:crypto';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { matchesPattern } from '@lucid/clients/redis/resp/key-pattern';
import { AppError } from '@lucid/core/app-error';
import fc from 'fast-check';
import { type OwnRedis, startOwnRedis } from '../../../../../tests/setup/own-redis.ts';
import { exportRdb } from './export-rdb.ts';
import {
  type Backup,
  type Backups,
  backUp,
  bringBack,
  imageOf,
  inputOf,
  openBackups,
  restoreRun,
} from './redis.fixture.ts';
import { RedisRestorer } from './redis-restorer.ts';

let source: OwnRedis;
let target: OwnRedis;
let backups: Backups;

beforeAll(async () => {
  [source, target, backups] = await Promise.all([startOwnRedis(), startOwnRedis(), openBackups()]);
});
afterAll(async () => {
  await Promise.all([source, target].map((one) => one.stop()));
  await backups.close();
});
beforeEach(async () => {
  await source.client.flushall();
  await target.client.flushall();
});

async function fill(keys: number, bytes = 200): Promise<void> {
  const pipeline = source.client.pipeline();
  for (let n = 0; n < keys; n += 1) pipeline.set(`key:${n}`, randomBytes(bytes));
  await pipeline.exec();
}

/** The backup with a reader that changes what it reads. */
function through(backup: Backup, change: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>): Backup {
  const reader: SnapshotReader = {
    manifest: backup.reader.manifest,
    commit: backup.reader.commit,
    stream: (name) => backup.reader.stream(name),
    read: (name, options) => change(backup.reader.read(name, options)),
  };
  return { ...backup, reader };
}

/** The same bytes in other chunks. */
async function* rechunked(chunks: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
}

describe('restoring Redis', () => {
  it('streams values of more than 64 MiB, in whatever chunks they come', async () => {
    const half = randomBytes(35 * 1024 * 1024);
    await source.client.set('huge', half);
    await source.client.append('huge', half);
    await source.client.pexpire('huge', 3_600_000);
    const members = Array.from({ length: 30_000 }, (_, n) => `member-${n}-${randomBytes(20).toString('hex')}`);
    await source.client.rpush('list', ...members);
    await source.client.hset('hash', Object.fromEntries(members.map((one, n) => [one, n])));
    await fill(100);
    const expected = await imageOf(source.client);
    const backup = await backUp(backups, source.uri);
    for (const size of [40_000, 1_000_003]) {
      await target.client.flushall();
      const small = through(backup, (chunks) => rechunked(chunks, size));
      await bringBack(small, target.uri);
      expect(await imageOf(target.client)).toEqual(expected);
      const sum = await target.client.getrangeBuffer('huge', half.length - 10, half.length + 10);
      expect(sum.equals(Buffer.concat([half.subarray(-10), half.subarray(0, 11)]))).toBe(true);
    }
  });

  it('refuses a value that the server does not take, naming its key, before anything is changed', async () => {
    await source.client.set('large:value', randomBytes(2 * 1024 * 1024));
    const backup = await backUp(backups, source.uri);
    await target.client.set('live', '1');
    await target.client.config('SET', 'proto-max-bulk-len', 1024 * 1024);
    const small = through(backup, (chunks) => rechunked(chunks, 65_536));
    await expect(bringBack(small, target.uri)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    await expect(bringBack(small, target.uri)).rejects.toThrow('"large:value"');
    await expect(bringBack(backup, target.uri)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    expect(await target.client.keys('*')).toEqual(['live']);
    await target.client.config('SET', 'proto-max-bulk-len', 512 * 1024 * 1024);
  });

  it('changes nothing where the input is damaged, ends early, or lacks keys', async () => {
    await fill(5_000);
    const backup = await backUp(backups, source.uri);
    await target.client.set('live', '1');
    const damaged = through(backup, async function* (chunks) {
      for await (const chunk of rechunked(chunks, 100_000)) {
        yield chunk;
        throw new AppError('CHUNK_CORRUPT', 'The second chunk is damaged.');
      }
    });
    await expect(bringBack(damaged, target.uri)).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
    const early = through(backup, async function* (chunks) {
      // Only the end is missing: a piece cut out of the middle reads as whatever follows it, an unknown type for one.
      let before: Buffer = Buffer.alloc(0);
      for await (const chunk of chunks) {
        yield before;
        before = chunk;
      }
      yield before.subarray(0, before.length - 20);
    });
    await expect(bringBack(early, target.uri)).rejects.toMatchObject({ code: 'RDB_INVALID' });
    const [part] = backup.manifest.parts;
    const more = { ...backup.manifest, parts: [{ ...part!, databases: [{ ...part!.databases[0]!, keys: 5_001 }] }] };
    await expect(bringBack({ ...backup, manifest: more }, target.uri)).rejects.toMatchObject({
      code: 'MANIFEST_CORRUPT',
    });
    expect(await target.client.keys('*')).toEqual(['live']);
  });

  it('refuses an older server and one with fewer databases, before anything is changed', async () => {
    await source.client.select(14);
    await source.client.set('a', '1');
    await source.client.select(0);
    const backup = await backUp(backups, source.uri);
    const newer = {
      ...backup.manifest,
      redisVersion: '7.4.1',
      parts: backup.manifest.parts.map((one) => ({ ...one, rdbVersion: 12 })),
    };
    await expect(bringBack({ ...backup, manifest: newer }, target.uri)).rejects.toThrow('reads up to 10');
    const few = await startOwnRedis(['--databases', '4']);
    try {
      await few.client.set('live', '1');
      await expect(bringBack(backup, few.uri)).rejects.toThrow('database 14');
      expect(await few.client.keys('*')).toEqual(['live']);
    } finally {
      await few.stop();
    }
  });

  it('says which functions stand in the way, before keys are changed', async () => {
    const library = (name: string): string =>
      `#!lua name=${name}\nredis.register_function("f", function() return 1 end)`;
    await source.client.call('FUNCTION', 'LOAD', library('ours'));
    const backup = await backUp(backups, source.uri);
    await target.client.call('FUNCTION', 'LOAD', library('theirs'));
    await target.client.set('live', '1');
    await expect(bringBack(backup, target.uri)).rejects.toMatchObject({ code: 'RESTORE_CONFLICT' });
    expect(await target.client.keys('*')).toEqual(['live']);
    for (const { client } of [source, target]) await client.call('FUNCTION', 'FLUSH');
  });

  it('says that Redis is full', async () => {
    await fill(5_000, 5_000);
    const backup = await backUp(backups, source.uri);
    await target.client.config('SET', 'maxmemory', '4mb', 'maxmemory-policy', 'noeviction');
    await expect(bringBack(backup, target.uri)).rejects.toThrow('Redis is full');
    await target.client.config('SET', 'maxmemory', '0');
  });

  it('is degraded where Redis gave up keys while they came back', async () => {
    await fill(5_000, 5_000);
    const backup = await backUp(backups, source.uri);
    await target.client.config('SET', 'maxmemory', '12mb', 'maxmemory-policy', 'allkeys-lru');
    try {
      const { restored } = await bringBack(backup, target.uri);
      expect(restored.isDegraded).toBe(true);
      expect(restored.warnings).toContainEqual(expect.stringMatching(/evicted \d+ keys while they came back/));
    } finally {
      await target.client.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    }
    await target.client.flushall();
    expect((await bringBack(backup, target.uri)).restored.isDegraded).toBeUndefined();
  });

  it('ends with the reason of an abort, and is finished by another run', async () => {
    await fill(20_000);
    const backup = await backUp(backups, source.uri);
    const abort = new AbortController();
    const reason = new AppError('JOB_CANCELLED', 'no more');
    const run = {
      ...restoreRun(abort.signal),
      progress: ({ phase }: { phase: string }) => (phase === 'restore' ? abort.abort(reason) : undefined),
    };
    const small = through(backup, (chunks) => rechunked(chunks, 200_000));
    await expect(bringBack(small, target.uri, undefined, run)).rejects.toBe(reason);
    await bringBack(backup, target.uri);
    expect(await imageOf(target.client)).toEqual(await imageOf(source.client));
  });

  it('stops where its lease is lost, before anything is changed', async () => {
    await fill(10);
    const backup = await backUp(backups, source.uri);
    const lost = new AppError('LEASE_LOST', 'another has it');
    const run = { ...restoreRun(), assertHeld: () => Promise.reject(lost) };
    await expect(bringBack(backup, target.uri, undefined, run)).rejects.toBe(lost);
    expect(await target.client.dbsize()).toBe(0);
    expect(await new RedisRestorer({ uri: target.uri }).discard()).toBe(true);
  });

  it('removes what others wrote meanwhile', async () => {
    await fill(20_000);
    const backup = await backUp(backups, source.uri);
    let isRestoring = false;
    const run = {
      ...restoreRun(),
      progress: ({ phase }: { phase: string }) => void (isRestoring ||= phase === 'restore'),
    };
    const during = through(backup, async function* (chunks) {
      for await (const chunk of rechunked(chunks, 200_000)) {
        yield chunk;
        if (isRestoring) await target.client.set('late', '1');
      }
    });
    const input = inputOf(during);
    const restorer = new RedisRestorer({ uri: target.uri });
    const plan = await restorer.plan(input, { backupId: input.backupId }, run);
    await restorer.restore(input, plan, run);
    expect(isRestoring).toBe(true);
    expect(await target.client.exists('late')).toBe(0);
    expect(await target.client.dbsize()).toBe(20_000);
  });
});

describe('exporting chosen keys', () => {
  it('writes only those', async () => {
    await source.client.mset('user:1', 'a', 'user:2', 'b', 'other', 'c');
    await source.client.select(4);
    await source.client.set('user:3', 'd');
    await source.client.select(0);
    const backup = await backUp(backups, source.uri);
    const read = async (selection: { databases?: number[]; keys?: string[] }): Promise<string> => {
      const buffers: Buffer[] = [];
      for await (const buffer of exportRdb(backup.reader, backup.manifest, selection)) buffers.push(buffer);
      return Buffer.concat(buffers).toString('latin1');
    };
    const users = await read({ keys: ['user:*'] });
    expect(['user:1', 'user:2', 'user:3', 'other'].map((key) => users.includes(key))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    const zero = await read({ databases: [0] });
    expect(['user:1', 'other', 'user:3'].map((key) => zero.includes(key))).toEqual([true, true, false]);
  });

  it('can be left early', async () => {
    await fill(20_000, 500);
    const backup = await backUp(backups, source.uri);
    let buffers = 0;
    for await (const _buffer of exportRdb(backup.reader, backup.manifest)) if ((buffers += 1) === 2) break;
    expect(buffers).toBe(2);
  });
});

describe('patterns of keys', () => {
  it('match what SCAN MATCH of the server matches', async () => {
    const letters = fc.constantFrom('a', 'b', 'c', '-', 'A', '*', '?', '[', ']', '^', '\\', '\x80', '\xff');
    const words = fc.array(letters, { maxLength: 8 }).map((some) => Buffer.from(some.join(''), 'latin1'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(words, { maxLength: 20, selector: String }), words, async (keys, pattern) => {
        await target.client.flushall();
        if (keys.length > 0) await target.client.mset(new Map(keys.map((key) => [key, ''])));
        const [, found] = (await target.client.callBuffer('SCAN', '0', 'MATCH', pattern, 'COUNT', 1000)) as [
          Buffer,
          Buffer[],
        ];
        const byServer = found.map((key) => key.toString('hex')).sort();
        const byUs = keys.filter((key) => matchesPattern(pattern, key)).map((key) => key.toString('hex'));
        expect(byUs.sort()).toEqual(byServer);
      }),
      { numRuns: 1_000 },
    );
  });

  it('take no exponential time', () => {
    const pattern = Buffer.from('*a'.repeat(40));
    expect(matchesPattern(pattern, Buffer.from('a'.repeat(39)))).toBe(false);
    expect(matchesPattern(pattern, Buffer.from(`${'a'.repeat(300)}b`))).toBe(false);
  });
});
