import type { Redis } from 'ioredis';
import type { RedisDatabaseManifest } from '../captures/redis/manifest.ts';

export interface RedisComparison {
  readonly keys: number;
  /** What differs, in words; at most 100. */
  readonly differences: string[];
}

const KEYS_A_STEP = 1_000;
/** What the server says of a key that is not there. */
const GONE = -2;
const MAX_DIFFERENCES = 100;
/** A key may expire on one server a moment before it does on the other. */
const EXPIRY_MARGIN_MS = 2_000;

interface Seen {
  readonly digest: string;
  /** Milliseconds since 1970; -1: never, -2: it is not there. */
  readonly expiresAt: number;
}

export interface RedisComparing {
  readonly signal: AbortSignal;
  nowMs(): number;
  onKeys(keys: number): void;
}

/**
 * Compares two servers key by key: the digest of each value as the server computes it (DEBUG DIGEST-VALUE, which does not depend on how a value is
 * encoded), the instant of its expiry, and the function libraries. Of streams it covers the entries, not the consumer groups.
 * @param loaded has read the backup as an RDB file, on a way that shares nothing with the restore
 */
export async function compareRedis(
  loaded: Redis,
  restored: Redis,
  databases: readonly RedisDatabaseManifest[],
  comparing: RedisComparing,
): Promise<RedisComparison> {
  const run = new RedisRun(loaded, restored, comparing);
  for (const database of databases) await run.database(database);
  const [own, other] = await Promise.all([functionsOf(loaded), functionsOf(restored)]);
  if (own !== other) run.differ('the function libraries differ');
  return run;
}

class RedisRun implements RedisComparison {
  readonly differences: string[] = [];
  keys = 0;
  private readonly loaded: Redis;
  private readonly restored: Redis;
  private readonly comparing: RedisComparing;

  constructor(loaded: Redis, restored: Redis, comparing: RedisComparing) {
    this.loaded = loaded;
    this.restored = restored;
    this.comparing = comparing;
  }

  differ(text: string): void {
    if (this.differences.length < MAX_DIFFERENCES) this.differences.push(text);
  }

  async database({ database, keys: expected, expiring }: RedisDatabaseManifest): Promise<void> {
    const { loaded, restored } = this;
    await Promise.all([loaded.select(database), restored.select(database)]);
    let there = 0;
    for await (const names of scan(loaded, this.comparing.signal)) {
      there += names.length;
      await this.compare(database, names);
    }
    if (there > expected || there < expected - expiring) {
      this.differ(`db${database} has ${there} keys instead of ${expected}`);
    }
    for await (const names of scan(restored, this.comparing.signal)) await this.findStrangers(database, names);
  }

  private async compare(database: number, names: readonly Buffer[]): Promise<void> {
    const [left, right] = await Promise.all([look(this.loaded, names), look(this.restored, names)]);
    this.comparing.onKeys((this.keys += names.length));
    for (const [at, name] of names.entries()) {
      const [one, other] = [left[at], right[at]] as [Seen, Seen];
      if (isSame(one, other) || [one, other].some((seen) => isExpiring(seen, this.comparing.nowMs()))) continue;
      this.differ(`db${database}: ${show(name)} ${other.expiresAt === GONE ? 'is missing' : 'differs'}`);
    }
  }

  private async findStrangers(database: number, names: readonly Buffer[]): Promise<void> {
    const [left, right] = await Promise.all([look(this.loaded, names), look(this.restored, names)]);
    for (const [at, name] of names.entries()) {
      const [one, other] = [left[at], right[at]] as [Seen, Seen];
      if (one.expiresAt !== GONE || other.expiresAt === GONE || isExpiring(other, this.comparing.nowMs())) continue;
      this.differ(`db${database}: ${show(name)} is not in the backup`);
    }
  }
}

async function* scan(client: Redis, signal: AbortSignal): AsyncGenerator<Buffer[]> {
  // SCAN may name a key twice, which does no harm here; a table that grows meanwhile would, and none does.
  for await (const names of client.scanBufferStream({ count: KEYS_A_STEP })) {
    signal.throwIfAborted();
    if ((names as Buffer[]).length > 0) yield names as Buffer[];
  }
}

async function look(client: Redis, names: readonly Buffer[]): Promise<Seen[]> {
  const digests = client.call('DEBUG', 'DIGEST-VALUE', ...names) as Promise<string[]>;
  const expiries = client.pipeline(names.map((name) => ['pexpiretime', name])).exec();
  const [values, times] = await Promise.all([digests, expiries]);
  return names.map((_, at) => {
    const [error, expiresAt] = times?.[at] ?? [new Error('no answer')];
    if (error) throw error;
    return { digest: String(values[at]), expiresAt: Number(expiresAt) };
  });
}

function isSame(one: Seen, other: Seen): boolean {
  return one.digest === other.digest && one.expiresAt === other.expiresAt;
}

function isExpiring({ expiresAt }: Seen, nowMs: number): boolean {
  return expiresAt >= 0 && expiresAt <= nowMs + EXPIRY_MARGIN_MS;
}

async function functionsOf(client: Redis): Promise<string> {
  const listed = (await client.call('FUNCTION', 'LIST', 'WITHCODE')) as unknown[];
  return JSON.stringify(listed.map((one) => JSON.stringify(one)).sort());
}

function show(name: Buffer): string {
  return JSON.stringify(name.toString('latin1', 0, 60));
}
