import { randomBytes } from 'node:crypto';
import type { CacheClient } from '@lucid/clients/redis/cache-client';
import type { DocumentKeys } from '@lucid/clients/redis/document-keys';
import { GatheredGets } from '@lucid/clients/redis/gathered-gets';
import type { Clock } from '@lucid/core/clock';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { CacheMetrics } from './cache-metrics.ts';

/** A read that takes longer than that is none of this cache's business: it would be in the way of many others. */
const FILL_SECONDS = 30;
/** Spread, so that what was cached together does not expire together. */
const LEAST_SECONDS = 2_400;
const SPREAD_SECONDS = 1_200;
const LARGEST_BYTES = 256 * 1024;
const DOCUMENTS_A_COMMAND = 500;
const BREAKER = { failingMs: 250, openMs: 1_000 };

/** Stores a value if the stamp is still the one its read began with, in one step with taking the stamp away. */
const FILL = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1`;

/**
 * Documents in Redis. A read that found nothing leaves a stamp before it asks the database; what it brings back is stored only while the
 * stamp is there, and whoever changes the document removes value and stamp with one DEL. So a stamp that is lost, for whatever reason
 * (evicted, expired, Redis restarted), costs one fill and never lets an old value in.
 *
 * Nothing here throws: a Redis that fails or is slow is a cache that has nothing.
 */
export class DocumentStore {
  readonly #client: CacheClient;
  readonly #gets: GatheredGets;
  readonly #keys: DocumentKeys;
  readonly #metrics: CacheMetrics;
  readonly #breaker: CircuitBreaker;
  /** Makes stamps unlike those of any other process. */
  readonly #process = randomBytes(8).toString('base64url');
  #stamps = 0;

  constructor(client: CacheClient, keys: DocumentKeys, metrics: CacheMetrics, clock: Clock) {
    this.#client = client;
    this.#gets = new GatheredGets(client);
    this.#keys = keys;
    this.#metrics = metrics;
    this.#breaker = new CircuitBreaker(clock, BREAKER);
  }

  /** The value, `null` where there is none; `undefined` where Redis cannot be asked. */
  get(collection: string, id: string): Promise<Buffer | null | undefined> {
    return this.#try(() => this.#gets.get(this.#keys.document(collection, id)));
  }

  /** To be called before the database is read. @returns the stamp that `fill` wants, `undefined` where Redis cannot be asked */
  async begin(collection: string, id: string): Promise<string | undefined> {
    const stamp = `${this.#process}${String((this.#stamps += 1))}`;
    const key = this.#keys.fill(collection, id);
    const found = await this.#try(() => this.#client.set(key, stamp, 'EX', FILL_SECONDS, 'NX', 'GET'));
    return found === undefined ? undefined : (found ?? stamp);
  }

  /** @returns whether it was stored, which says that nobody changed the document since `begin` */
  async fill(collection: string, id: string, stamp: string, value: Buffer): Promise<boolean> {
    if (value.length > LARGEST_BYTES) return false;
    const keys = [this.#keys.document(collection, id), this.#keys.fill(collection, id)] as const;
    const seconds = LEAST_SECONDS + Math.floor(Math.random() * SPREAD_SECONDS);
    const stored = await this.#try(() => this.#client.eval(FILL, 2, ...keys, stamp, value, seconds));
    this.#metrics.filled(stored === 1 ? 'stored' : stored === 0 ? 'refused' : 'failed');
    return stored === 1;
  }

  /** Also where the circuit is open: it is worth the try. @returns whether Redis said that value and stamp are gone */
  async forget(collection: string, ids: readonly string[]): Promise<boolean> {
    try {
      await Promise.all(this.#removals(collection, ids).map((keys) => this.#client.del(...keys)));
      return true;
    } catch {
      this.#metrics.failed();
      this.#breaker.failed();
      return false;
    }
  }

  /** The keys of each command: on a cluster those of one document, which have one slot. */
  #removals(collection: string, ids: readonly string[]): string[][] {
    const size = this.#client.isCluster ? 1 : DOCUMENTS_A_COMMAND;
    const removals: string[][] = [];
    for (let at = 0; at < ids.length; at += size) {
      const some = ids.slice(at, at + size);
      removals.push(some.flatMap((id) => [this.#keys.document(collection, id), this.#keys.fill(collection, id)]));
    }
    return removals;
  }

  async #try<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (!this.#breaker.allows()) return undefined;
    try {
      const result = await command();
      this.#breaker.succeeded();
      return result;
    } catch {
      this.#metrics.failed();
      this.#breaker.failed();
      return undefined;
    }
  }
}
