// Backup and restore of Redis through the archive (zstd, AES-256-GCM), against pipelines of ioredis: SCAN + DUMP, and RESTORE.
// Options: --keys N (1000000), --runs N (3). Called by backup.bench.ts; alone it prints its own result.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseMasterKey } from '@lucid/archive/master-key';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { SeededText } from '@lucid/testing/seeded-text';
import { Redis } from 'ioredis';
import { RedisCapture } from '../apps/backup-service/src/captures/redis/redis-capture.ts';
import { RedisRestorer } from '../apps/backup-service/src/captures/redis/redis-restorer.ts';
import { freePorts } from '../scripts/engines/free-ports.ts';
import { findRedisServer } from '../scripts/engines/programs.ts';
import { type BenchResult, interleave, numberOption, report, toResult } from './measure.ts';

const REPLICATION = ['--repl-diskless-sync-delay', '0'];
const AS_IN_PRODUCTION = [
  '--maxmemory',
  '2gb',
  '--maxmemory-policy',
  'allkeys-lru',
  '--save',
  '',
  '--appendonly',
  'no',
];
const PIPELINE = 1_000;

interface Server {
  readonly uri: string;
  readonly client: Redis;
  readonly daemon: Daemon;
}

interface Bench {
  readonly source: Server;
  readonly target: Server;
  readonly folder: string;
  readonly keys: number;
}

async function startServer(folder: string, name: string): Promise<Server> {
  const program = await findRedisServer({ say: () => undefined, signal: new AbortController().signal });
  const [port = 0] = await freePorts(1);
  const uri = `redis://127.0.0.1:${port}`;
  const client = new Redis(uri, { lazyConnect: true });
  client.on('error', () => undefined);
  const isReady = async (): Promise<boolean> => (await client.ping()) === 'PONG';
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...AS_IN_PRODUCTION, ...REPLICATION];
  const logFile = join(folder, `${name}.log`);
  return { uri, client, daemon: await startDaemon(program, args, { logFile, cwd: folder, isReady }) };
}

/** Of ten keys seven are session tokens, two are hashes, one a sorted set; half of them expire. */
async function fill({ client }: Server, keys: number): Promise<void> {
  const text = new SeededText('redis');
  const hex = (size: number): string => {
    const from = text.next(size);
    return text.hex.toString('latin1', from, from + size);
  };
  for (let from = 0; from < keys; from += 10_000) {
    const pipeline = client.pipeline();
    for (let n = from; n < Math.min(keys, from + 10_000); n += 1) {
      const key = `session:${n}:${hex(16)}`;
      if (n % 10 < 7)
        pipeline.set(key, `{"user_id":"${hex(24)}","status":"active","issued":${n},"token":"${hex(32)}"}`);
      else if (n % 10 < 9) pipeline.hset(key, 'user_id', hex(24), 'requests', n, 'token', hex(32));
      else pipeline.zadd(key, n, hex(16), n + 1, hex(16));
      if (n % 2 === 0) pipeline.expire(key, 86_400 + n);
    }
    await pipeline.exec();
  }
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}

/** Captures into a repository that is empty, so that every chunk is compressed, encrypted and written. */
async function ourBackup(
  { source, folder, keys }: Bench,
  run: number,
): Promise<{ rate: number; repository: Repository }> {
  const store = await FileObjectStore.open(join(folder, `repository-${run}`));
  const repository = await Repository.create(store, {
    ...{
      clusterId: 'bench',
      encryption: 'aes-256-gcm',
      compression: 'zstd',
      masterKey: parseMasterKey(randomBytes(32).toString('base64')),
    },
  });
  const took = await seconds(async () => {
    const options = { id: 'bkp_bench', fencingToken: 1, assertHeld: () => Promise.resolve() };
    const writer = await repository.beginSnapshot(options);
    const outcome = await new RedisCapture({ uri: source.uri }).capture({}, writer, {
      ...{ signal: new AbortController().signal, clock: systemClock, logger: createLogger('bench', 'silent') },
      onProgress: () => undefined,
    });
    await writer.commit({ redis: outcome.manifest });
  });
  return { rate: keys / took, repository };
}

type Dumped = [key: Buffer, expiresAtMs: number, payload: Buffer];

/** Dumped keys one behind the other: as millions of small objects they would slow down whoever runs beside them. */
interface Packed {
  readonly bytes: Buffer;
  /** For each key: length of the key, expiry, length of the payload. */
  readonly numbers: Float64Array;
}

function pack(dumped: readonly Dumped[]): Packed {
  return {
    bytes: Buffer.concat(dumped.flatMap(([key, , payload]) => [key, payload])),
    numbers: Float64Array.from(
      dumped.flatMap(([key, expiresAtMs, payload]) => [key.length, expiresAtMs, payload.length]),
    ),
  };
}

function* unpack({ bytes, numbers }: Packed): Generator<Dumped> {
  let at = 0;
  for (let n = 0; n < numbers.length; n += 3) {
    const [keyBytes = 0, expiresAtMs = 0, payloadBytes = 0] = numbers.subarray(n, n + 3);
    const key = bytes.subarray(at, at + keyBytes);
    at += keyBytes + payloadBytes;
    yield [key, expiresAtMs, bytes.subarray(at - payloadBytes, at)];
  }
}

/** What a client can do without replication; the peer neither compresses, encrypts nor stores what it got. */
async function scanAndDump({ source, keys }: Bench, onKeys: (dumped: Dumped[]) => void): Promise<number> {
  const took = await seconds(async () => {
    let cursor = '0';
    do {
      const [next, found] = await source.client.scanBuffer(cursor, 'COUNT', PIPELINE);
      cursor = next.toString();
      const pipeline = source.client.pipeline();
      for (const key of found) pipeline.dumpBuffer(key).pexpiretime(key);
      const replies = (await pipeline.exec()) ?? [];
      onKeys(found.map((key, n) => [key, replies[2 * n + 1]?.[1] as number, replies[2 * n]?.[1] as Buffer]));
    } while (cursor !== '0');
  });
  return keys / took;
}

async function ourRestore({ target, keys }: Bench, repository: Repository): Promise<number> {
  await target.client.flushall();
  const run = {
    ...{ restoreId: 'restore_bench', signal: new AbortController().signal, clock: systemClock },
    ...{ logger: createLogger('bench', 'silent'), assertHeld: () => Promise.resolve(), progress: () => undefined },
  };
  const took = await seconds(async () => {
    const reader = await repository.readSnapshot('bkp_bench');
    const { redis: manifest = null } = reader.manifest.meta as { redis?: typeof reader.manifest.meta };
    const input = { backupId: 'bkp_bench', reader, manifest, isWhole: true };
    const restorer = new RedisRestorer({ uri: target.uri });
    const plan = await restorer.plan(input, { backupId: 'bkp_bench' }, run);
    await restorer.restore(input, plan, run);
  });
  if ((await target.client.dbsize()) !== keys) throw new Error('the restore is not whole');
  return keys / took;
}

/** The ceiling of ioredis: payloads that lie ready in memory, in pipelines. */
async function restorePipeline({ target, keys }: Bench, dumped: readonly Packed[]): Promise<number> {
  await target.client.flushall();
  const took = await seconds(async () => {
    for (const packed of dumped) {
      const pipeline = target.client.pipeline();
      for (const [key, expiresAtMs, payload] of unpack(packed)) {
        pipeline.restore(key, Math.max(0, expiresAtMs), payload, 'REPLACE', 'ABSTTL');
      }
      await pipeline.exec();
    }
  });
  return keys / took;
}

/** Keys a second, ours and the peer's, for backup and restore of `keys` keys. */
export async function benchRedis(runs: number, say: (line: string) => void, keys = 1_000_000): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-bench-redis-'));
  const servers: Server[] = [];
  let repository: Repository | undefined;
  try {
    servers.push(await startServer(folder, 'source'), await startServer(folder, 'target'));
    const bench = { source: servers[0] as Server, target: servers[1] as Server, folder, keys };
    say(`filling Redis with ${keys} keys`);
    await fill(bench.source, keys);
    say('Redis backup, keys/s: ours (RDB by replication; zstd, AES-256-GCM, committed) and SCAN + DUMP by ioredis');
    let run = 0;
    const ours = async (): Promise<number> => {
      await repository?.close();
      const backup = await ourBackup(bench, (run += 1));
      repository = backup.repository;
      return backup.rate;
    };
    const backups = await interleave(runs, ours, () => scanAndDump(bench, () => undefined), say);
    say('Redis restore, keys/s: ours (verified) and RESTORE by ioredis from memory');
    const dumped: Packed[] = [];
    await scanAndDump(bench, (some) => void dumped.push(pack(some)));
    const restore = (): Promise<number> => ourRestore(bench, repository as Repository);
    const restores = await interleave(runs, restore, () => restorePipeline(bench, dumped), say);
    return [
      toResult('redis_backup', backups, 'higher', '>= 5'),
      toResult('redis_restore', restores, 'higher', '>= 1.3'),
    ];
  } finally {
    await repository?.close();
    for (const { client, daemon } of servers) {
      client.disconnect();
      await daemon.stop(1_000);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const say = (line: string): void => console.error(`bench: ${line}`);
  report('redis', await benchRedis(numberOption(args, 'runs', 3), say, numberOption(args, 'keys', 1_000_000)));
}
