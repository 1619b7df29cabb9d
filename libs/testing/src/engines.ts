import { randomBytes } from 'node:crypto';
import { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import { processEnvironment } from '@lucid/core/environment';
import { Redis } from 'ioredis';
import { type Db, MongoClient } from 'mongodb';

/** The variables by which tests find the real engines; `scripts/engines` and the global set-up of Jest set them. */
export type EngineVariable =
  | 'MONGODB_URI'
  | 'REDIS_URI'
  | 'REDIS_QUEUE_URI'
  | 'ELASTICSEARCH_URI'
  | 'ELASTICSEARCH_SNAPSHOT_PATH'
  | 'LUCID_MONGODB_MEMBERS'
  | 'LUCID_MONGODB_PIDS';

/** @throws when the variable is not set, with what to do */
export function engineVariable(name: EngineVariable): string {
  const value = processEnvironment()[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: run the test through jest (tests/setup starts the engines), or scripts/engines up`,
  );
}

const NAME_BYTES = 4;

/** `test_<label>_<random>`: valid as a database, an index prefix and a key prefix, and never used twice. */
export function testName(label: string): string {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(label)) throw new Error(`use a label of a-z, 0-9 and _ instead of ${label}`);
  return `test_${label}_${randomBytes(NAME_BYTES).toString('hex')}`;
}

/** Whatever drops things asks this first: a wrong variable must not cost anybody a real database. */
export function assertTestName(name: string): void {
  if (!/^test_[a-z0-9_]+_[0-9a-f]{8}$/.test(name)) throw new Error(`refused: ${name} was not made by a test`);
}

export interface TestDatabase {
  readonly name: string;
  readonly uri: string;
  readonly client: MongoClient;
  readonly db: Db;
  /** Another scratch name, dropped with this one: for restores and control databases. */
  sibling(label: string): string;
  /** Drops the databases and closes the client. May be called twice. */
  close(): Promise<void>;
}

/** A database of its own for one test file: `beforeAll` makes it, `afterAll` closes it. `uri`: of a server of its own. */
export async function createTestDatabase(label: string, uri = engineVariable('MONGODB_URI')): Promise<TestDatabase> {
  const names = [testName(label)];
  const [name = ''] = names;
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 20_000 });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    try {
      for (const one of names) await dropTestDatabase(client, one);
    } finally {
      await client.close();
    }
  };
  return {
    name,
    uri,
    client,
    db: client.db(name),
    sibling(other) {
      const sibling = testName(other);
      names.push(sibling);
      return sibling;
    },
    close: () => (closing ??= close()),
  };
}

/** @throws for any name that `testName` did not make */
export async function dropTestDatabase(client: MongoClient, name: string): Promise<void> {
  assertTestName(name);
  await client.db(name).dropDatabase();
}

export interface TestRedis {
  readonly uri: string;
  /** Ends with `:`; every key of the test begins with it. */
  readonly prefix: string;
  readonly client: Redis;
  /** Removes the test's keys and closes the client. May be called twice. */
  close(): Promise<void>;
}

/** A key prefix of its own on the cache or the queue Redis. FLUSHDB is disabled there, and would cost others their keys. */
export async function createTestRedis(role: 'cache' | 'queue', label: string, database = 0): Promise<TestRedis> {
  const uri = engineVariable(role === 'cache' ? 'REDIS_URI' : 'REDIS_QUEUE_URI');
  const name = testName(label);
  const client = new Redis(uri, { db: database, lazyConnect: true, maxRetriesPerRequest: 3 });
  client.on('error', () => undefined); // the rejected calls say the same
  await client.connect();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    try {
      await unlinkTestKeys(client, name);
    } finally {
      client.disconnect();
    }
  };
  return { uri, prefix: `${name}:`, client, close: () => (closing ??= close()) };
}

async function unlinkTestKeys(client: Redis, name: string): Promise<void> {
  assertTestName(name);
  for await (const keys of client.scanStream({ match: `${name}:*`, count: 1000 })) {
    if ((keys as string[]).length > 0) await client.unlink(...(keys as string[]));
  }
}

export interface TestElasticsearch {
  readonly uri: string;
  readonly client: ElasticsearchClient;
  /** Without a separator at its end: `${prefix}_sessions` is an index. */
  readonly prefix: string;
  /** Deletes the indices whose names begin with the prefix, and their aliases with them. May be called twice. */
  close(): Promise<void>;
}

/** An index prefix of its own. */
export function createTestElasticsearch(label: string): TestElasticsearch {
  const uri = engineVariable('ELASTICSEARCH_URI');
  const prefix = testName(label);
  const client = new ElasticsearchClient({ node: uri, requestTimeout: 60_000 });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    try {
      assertTestName(prefix);
      // The server refuses to delete by wildcard, rightly: list, then delete by name.
      const found = await client.indices.get({ index: `${prefix}*`, expand_wildcards: 'all' });
      const names = Object.keys(found);
      if (names.length > 0) await client.indices.delete({ index: names });
    } finally {
      await client.close();
    }
  };
  return { uri, client, prefix, close: () => (closing ??= close()) };
}
