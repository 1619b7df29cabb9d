import { randomBytes } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import type { Redis } from 'ioredis';

export type KeysByDatabase = Record<string, Record<string, { value: string; expiresAt: number }>>;

/** Every key of these databases: its value, and when it expires (ms since 1970, -1: never). */
export async function keysOf(redis: Redis, databases: readonly number[]): Promise<KeysByDatabase> {
  const found: KeysByDatabase = {};
  for (const database of databases) {
    await redis.select(database);
    const keys: KeysByDatabase[string] = {};
    for await (const names of redis.scanStream({ count: 1_000 })) {
      for (const name of names as string[]) {
        const value = await valueOf(redis, name);
        if (value !== undefined) keys[name] = { value, expiresAt: await redis.pexpiretime(name) };
      }
    }
    found[database] = keys;
  }
  await redis.select(0);
  return found;
}

/** As the server dumps it; what it keeps in the order of a table, whose seed is each server's own, in an order of ours. */
async function valueOf(redis: Redis, key: string): Promise<string | undefined> {
  const type = await redis.type(key);
  if (type === 'set') return JSON.stringify((await redis.smembers(key)).sort());
  if (type === 'hash') return JSON.stringify(Object.entries(await redis.hgetall(key)).sort());
  return (await redis.dumpBuffer(key))?.toString('base64');
}

export interface IndexContents {
  readonly aliases: Record<string, unknown>;
  readonly mappings: unknown;
  readonly documents: Record<string, unknown>;
}

/** Every document of these indices by its id, with mappings and aliases. At most 10 000 an index. */
export async function documentsOf(client: Client, pattern: string): Promise<Record<string, IndexContents>> {
  await client.indices.refresh({ index: pattern });
  const found: Record<string, IndexContents> = {};
  for (const [name, { aliases = {}, mappings = {} }] of Object.entries(await client.indices.get({ index: pattern }))) {
    const { hits } = await client.search({ index: name, size: 10_000, query: { match_all: {} } });
    const documents = Object.fromEntries(hits.hits.map(({ _id, _source }) => [String(_id), _source]));
    found[name] = { aliases, mappings, documents };
  }
  return found;
}

/** Keys of random values, so that they cannot be compressed away. */
export async function fillKeys(
  redis: Redis,
  { count, valueBytes }: { count: number; valueBytes: number },
): Promise<void> {
  const each = 500;
  for (let at = 0; at < count; at += each) {
    const names = Array.from({ length: Math.min(each, count - at) }, (_, more) => `session:${at + more}`);
    await redis.mset(...names.flatMap((name) => [name, randomBytes(valueBytes)]));
  }
}

/** An index with an alias of its name without the number at its end. */
export async function fillIndex(client: Client, index: string, count: number): Promise<void> {
  const properties = { session_id: { type: 'keyword' }, height: { type: 'long' } } as const;
  await client.indices.create({ index, aliases: { [index.replace(/-\d+$/, '')]: {} }, mappings: { properties } });
  const operations = Array.from({ length: count }, (_, at) => [
    { index: { _index: index, _id: `s${at}` } },
    { session_id: `s${at}`, height: at },
  ]);
  await client.bulk({ refresh: true, operations: operations.flat() });
}
