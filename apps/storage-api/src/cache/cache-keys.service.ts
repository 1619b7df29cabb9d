import type { CacheClient } from '@lucid/clients/redis/cache-client';
import { toRedisAppError } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { currentContext } from '@lucid/core/request-context';
import { isRole, roleAllows } from '@lucid/models/roles';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type {
  CacheKeyDto,
  CacheKeysPage,
  CacheKeySummary,
  ListKeysQuery,
  PutKeyDto,
  WrittenKeyDto,
} from './cache-keys.dto.ts';
import { CacheDatabases } from './cache-databases.service.ts';
import type { CacheDatabase } from './cache-connections.ts';
import { decodeScanCursor, encodeScanCursor } from './cache-cursor.ts';
import {
  assertNoQueueKey,
  assertWritableKey,
  encodingOf,
  isSecretDatabase,
  parseKey,
  type Encoding,
} from './cache-names.ts';
import { lengthOf, previewOf } from './key-preview.ts';
import { REPLACE, scriptWords, writeCommands } from './key-writes.ts';

const LIST_BUDGET = { ms: 1_000, keys: 100_000 };
const LARGEST_STEP = 10_000;
const MEMORY_SAMPLES = '5';

/** A key that was asked for. */
export interface KeyAddress {
  readonly key: string;
  readonly encoding: Encoding;
  readonly database?: number;
}

interface Found {
  readonly database: CacheDatabase;
  /** With the prefix of its database. */
  readonly stored: Buffer;
}

/** Keys of the cache, one by one and as a list. */
@Injectable()
export class CacheKeysService {
  constructor(
    private readonly databases: CacheDatabases,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /**
   * A page of keys: about `limit`, or what a second and a hundred thousand keys looked at gave. The last page alone has no cursor; a page
   * before it can be empty where the pattern is rare. @throws AppError BAD_CURSOR, REDIS_UNAVAILABLE
   */
  async list({ limit, cursor, pattern = '*', type, database: number }: ListKeysQuery): Promise<CacheKeysPage> {
    const database = this.databases.open(number);
    const filter = { database: database.number, pattern, type };
    const scan = this.databases.scan(database, pattern, type, decodeScanCursor(filter, cursor));
    const items: CacheKeySummary[] = [];
    const startedMs = this.clock.monotonicMs();
    let scanned = 0;
    let count = limit;
    for (;;) {
      const step = await scan.step(count);
      if (!step) return { items, page: { limit, nextCursor: null }, database: database.number, scanned };
      scanned += count;
      const keys = step.keys.filter((key) => this.databases.holds(database, key));
      items.push(...(await this.summaries(step.server, keys, database)));
      const isOver = scanned >= LIST_BUDGET.keys || this.clock.monotonicMs() - startedMs >= LIST_BUDGET.ms;
      if (items.length >= limit || isOver) {
        const nextCursor = encodeScanCursor(filter, scan.position);
        return { items, page: { limit, nextCursor }, database: database.number, scanned };
      }
      // A rare pattern is looked for in longer steps.
      count = keys.length === 0 ? Math.min(2 * count, LARGEST_STEP) : limit - items.length;
    }
  }

  /** @throws AppError CACHE_KEY_NOT_FOUND, FORBIDDEN, NAMESPACE_INVALID, REDIS_UNAVAILABLE */
  async get(address: KeyAddress): Promise<CacheKeyDto> {
    const { database, stored } = this.find(address);
    assertNoQueueKey(stored);
    try {
      return await this.describe(database, stored, mayReadSecrets() || !isSecretDatabase(database.number));
    } catch (error) {
      throw toKeyError(error);
    }
  }

  /** @throws AppError CONFLICT where the key has another type, and as `get` and `writeCommands` */
  async put(
    address: KeyAddress,
    { value, ttl, type = 'string', encoding = 'utf8' }: PutKeyDto,
  ): Promise<WrittenKeyDto> {
    const { database, stored } = this.find(address);
    assertWritableKey(stored, database.number);
    const words = scriptWords(writeCommands(type, value, encoding));
    const milliseconds = ttl === undefined ? '' : String(ttl * 1_000);
    try {
      const before = await database.client.eval(REPLACE, 1, stored, type, milliseconds, ...words);
      if (before !== 'none' && before !== type) {
        throw new AppError('CONFLICT', `the key is a ${String(before)}: name that as its type, or DELETE it first`);
      }
      const { key, encoding: keyEncoding } = this.shown(stored, database);
      const ttlSeconds = ttl ?? null;
      return { key, keyEncoding, database: database.number, type, ttlSeconds, isNew: before === 'none' };
    } catch (error) {
      throw toKeyError(error);
    }
  }

  /** @throws AppError CACHE_KEY_NOT_FOUND, FORBIDDEN, NAMESPACE_INVALID, REDIS_UNAVAILABLE */
  async remove(address: KeyAddress): Promise<void> {
    const { database, stored } = this.find(address);
    assertNoQueueKey(stored);
    try {
      if ((await database.client.unlink(stored)) === 0) throw notFound(database.number);
    } catch (error) {
      throw toKeyError(error);
    }
  }

  private find({ key, encoding, database: number }: KeyAddress): Found {
    const database = this.databases.open(number);
    const stored = Buffer.concat([Buffer.from(database.prefix), parseKey(key, encoding)]);
    if (!this.databases.holds(database, stored)) assertNoQueueKey(stored);
    return { database, stored };
  }

  private async describe(database: CacheDatabase, stored: Buffer, mayShow: boolean): Promise<CacheKeyDto> {
    const { client, number } = database;
    const [type, milliseconds, memory] = await Promise.all([
      client.type(stored),
      client.pttl(stored),
      client.call('MEMORY', 'USAGE', stored, 'SAMPLES', MEMORY_SAMPLES) as Promise<number | null>,
    ]);
    if (type === 'none') throw notFound(number);
    const memoryBytes = Number(memory ?? 0);
    const length = await lengthOf(client, stored, type);
    const preview = mayShow && length !== null ? await previewOf(client, stored, { type, length, memoryBytes }) : null;
    const { key, encoding } = this.shown(stored, database);
    return {
      ...{
        key,
        keyEncoding: encoding,
        database: number,
        type,
        ttlSeconds: secondsOf(milliseconds),
        memoryBytes,
        length,
      },
      storedAs: await storedAs(client, stored),
      value: preview?.value ?? null,
      encoding: preview?.encoding ?? null,
      isComplete: preview?.isComplete ?? false,
      isHidden: !mayShow,
    };
  }

  private async summaries(server: Redis, keys: readonly Buffer[], database: CacheDatabase): Promise<CacheKeySummary[]> {
    if (keys.length === 0) return [];
    const pipeline = server.pipeline();
    for (const key of keys) pipeline.type(key).pttl(key).call('MEMORY', 'USAGE', key, 'SAMPLES', MEMORY_SAMPLES);
    const replies = await pipeline.exec().catch((error: unknown) => {
      throw toRedisAppError(error) ?? error;
    });
    return keys.flatMap((stored, at) => {
      const [type, milliseconds, memory] = [0, 1, 2].map((part) => replies?.[3 * at + part]);
      // Gone meanwhile, or moved to another shard, where it will be met again.
      if (type?.[0] || type?.[1] === 'none' || typeof type?.[1] !== 'string') return [];
      const { key, encoding } = this.shown(stored, database);
      const ttlSeconds = secondsOf(Number(milliseconds?.[1] ?? -1));
      const memoryBytes = memory?.[0] ? 0 : Number(memory?.[1] ?? 0);
      return [{ key, keyEncoding: encoding, type: type[1], ttlSeconds, memoryBytes }];
    });
  }

  private shown(stored: Buffer, { prefix }: CacheDatabase): { key: string; encoding: Encoding } {
    const key = stored.subarray(Buffer.byteLength(prefix));
    const encoding = encodingOf(key);
    return { key: key.toString(encoding === 'utf8' ? 'utf8' : 'base64url'), encoding };
  }
}

/** How Redis keeps it, such as `listpack`; `null` where it went meanwhile. */
async function storedAs(client: CacheClient, key: Buffer): Promise<string | null> {
  return (await client.object('ENCODING', key)) as string | null;
}

function secondsOf(milliseconds: number): number | null {
  return milliseconds < 0 ? null : Math.ceil(milliseconds / 1_000);
}

function mayReadSecrets(): boolean {
  const role = currentContext()?.actor?.role;
  return isRole(role) && roleAllows(role, 'operator');
}

function notFound(database: number): AppError {
  const detail = `database ${String(database)} of the cache has no such key: it may have expired, or lie in another (?database=)`;
  return new AppError('CACHE_KEY_NOT_FOUND', detail);
}

function toKeyError(error: unknown): unknown {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) {
    return new AppError('CONFLICT', 'the key became one of another type meanwhile: read it again', { cause: error });
  }
  return toRedisAppError(error) ?? error;
}
