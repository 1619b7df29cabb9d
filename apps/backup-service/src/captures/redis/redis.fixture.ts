import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineTls } from '@lucid/clients/engine-tls';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { Repository } from '@lucid/archive/repository';
import type { JsonValue, SnapshotReader } from '@lucid/archive/snapshot-types';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { Redis } from 'ioredis';
import type { CaptureContext, CaptureOutcome } from '../capture-port.ts';
import type { EngineRestored, RestoreInput, RestoreRun } from '../restore-port.ts';
import { readRedisManifest, type RedisManifest } from './manifest.ts';
import { RedisCapture } from './redis-capture.ts';
import { RedisRestorer } from './redis-restorer.ts';
import type { RedisRestorePlan } from './restore-plan.ts';

export interface Backups {
  readonly repository: Repository;
  close(): Promise<void>;
}

export async function openBackups(): Promise<Backups> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-redis-repository-'));
  const store = await FileObjectStore.open(folder);
  const options = { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 } as const;
  const repository = await Repository.create(store, options);
  const close = async (): Promise<void> => {
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { repository, close };
}

export interface Backup {
  readonly outcome: CaptureOutcome;
  readonly manifest: RedisManifest;
  readonly reader: SnapshotReader;
  readonly newChunks: number;
  readonly storedBytes: number;
}

let number = 0;

export function captureContext(signal = new AbortController().signal): CaptureContext {
  return { signal, clock: systemClock, logger: createLogger('test', 'silent'), onProgress: () => undefined };
}

/** Captures and commits. */
export async function backUp(
  { repository }: Backups,
  uri: string,
  context = captureContext(),
  tls?: EngineTls,
): Promise<Backup> {
  const id = `bkp_${(number += 1)}`;
  const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
  try {
    const outcome = await new RedisCapture({ uri, ...(tls && { tls }) }).capture({}, writer, context);
    const { newChunks, storedBytes } = await writer.commit({ redis: outcome.manifest });
    const reader = await repository.readSnapshot(id);
    // As the flow gives it to a restore: through the stored text.
    const manifest = readRedisManifest((reader.manifest.meta as { redis: JsonValue }).redis);
    return { outcome, manifest, reader, newChunks, storedBytes };
  } finally {
    await writer.abort();
  }
}

export function restoreRun(signal = new AbortController().signal): RestoreRun {
  return {
    restoreId: 'restore_1',
    signal,
    clock: systemClock,
    logger: createLogger('test', 'silent'),
    assertHeld: () => Promise.resolve(),
    progress: () => undefined,
  };
}

export function inputOf({ reader, manifest }: Backup): RestoreInput {
  return { backupId: reader.manifest.id, reader, manifest, isWhole: true };
}

/** Plans and restores. */
export async function bringBack(
  backup: Backup,
  uri: string,
  redis?: BackupRestorePayload['redis'],
  run = restoreRun(),
  tls?: EngineTls,
): Promise<{ plan: RedisRestorePlan; restored: EngineRestored }> {
  const restorer = new RedisRestorer({ uri, ...(tls && { tls }) });
  const request = { backupId: backup.reader.manifest.id, ...(redis && { redis }) };
  const plan = await restorer.plan(inputOf(backup), request, run);
  return { plan, restored: await restorer.restore(inputOf(backup), plan, run) };
}

/** Every key of every database: what DUMP and the expiry say, as text that can be compared. */
export async function imageOf(client: Redis): Promise<Map<string, string>> {
  const image = new Map<string, string>();
  for (let database = 0; database < 16; database += 1) {
    await client.select(database);
    for await (const keys of client.scanBufferStream({ count: 1000 })) {
      const pipeline = client.pipeline();
      for (const key of keys as Buffer[])
        pipeline.type(key).pexpiretime(key).strlen(key).getrangeBuffer(key, 0, 5_000_000);
      const replies = ((await pipeline.exec()) ?? []).map((reply) => reply[1]);
      for (const [index, key] of (keys as Buffer[]).entries()) {
        const [type, expiry, length, start] = replies.slice(4 * index, 4 * index + 4) as [
          string,
          number,
          number,
          Buffer,
        ];
        const value = type === 'string' ? `${length} ${start.toString('hex')}` : await valueOf(client, key, type);
        image.set(`${database}/${key.toString('hex')}`, `${type} ${value} ${expiry}`);
      }
    }
  }
  await client.select(0);
  return image;
}

/** A value by its content: DUMP itself differs with the encoding that a server happens to choose. */
async function valueOf(client: Redis, key: Buffer, type: string): Promise<string> {
  switch (type) {
    case 'list':
      return `list ${(await client.lrangeBuffer(key, 0, -1)).map((one) => one.toString('hex')).join()}`;
    case 'set':
      return `set ${(await client.smembersBuffer(key))
        .map((one) => one.toString('hex'))
        .sort()
        .join()}`;
    case 'zset':
      return `zset ${(await client.zrangeBuffer(key, 0, -1, 'WITHSCORES')).map((one) => one.toString('hex')).join()}`;
    case 'hash': {
      const flat = (await client.callBuffer('HGETALL', key)) as Buffer[];
      const pairs = flat.flatMap((one, at) =>
        at % 2 ? [] : [`${one.toString('hex')}=${flat[at + 1]?.toString('hex')}`],
      );
      return `hash ${pairs.sort().join()}`;
    }
    default:
      return `stream ${JSON.stringify(withoutTimes(await client.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0)))}`;
  }
}

/** How long ago a consumer was seen changes by itself. */
function withoutTimes(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const items = value as unknown[];
  return items.map((one, at) =>
    ['seen-time', 'inactive', 'idle', 'radix-tree-keys', 'radix-tree-nodes'].includes(String(items[at - 1]))
      ? '-'
      : withoutTimes(one),
  );
}
