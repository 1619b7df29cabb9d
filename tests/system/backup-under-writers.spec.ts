import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { differencesOf, readImage, type ClusterTimeText, type CollectionImage } from '@lucid/testing/mongodb-oracle';
import { BSON } from 'mongodb';
import { collectionNames, endOf, runRestore, succeeded, withSnapshot, type Job } from './backup-jobs.ts';
import { startSuite, type Suite } from './suite.ts';
import {
  ACCOUNTS,
  OPENING_BALANCE,
  prepareForWriters,
  startWriters,
  type WriterKind,
  type Writers,
} from './writers.ts';

/** What the capture left in the backup's manifest, as far as the test needs it. */
interface Captured {
  tend: ClusterTimeText;
  oplog: { stream: string; entries: number };
  /** Entries that are not the last one of their transaction: only one of more than 16 MiB has them. */
  partialEntries: number;
}

async function readCaptured(snapshot: SnapshotReader): Promise<Captured> {
  const meta = snapshot.manifest.meta as unknown as { engines: { mongodb: Omit<Captured, 'partialEntries'> } };
  const { tend, oplog } = meta.engines.mongodb;
  let partialEntries = 0;
  for await (const batch of snapshot.read(oplog.stream)) {
    for (let at = 0; at < batch.length; at += batch.readInt32LE(at)) {
      const entry = BSON.deserialize(batch.subarray(at, at + batch.readInt32LE(at)));
      if ((entry['o'] as { partialTxn?: boolean }).partialTxn) partialEntries += 1;
    }
  }
  return { tend, oplog, partialEntries };
}

describe('a backup under writers', () => {
  let suite: Suite;
  let database: string;
  let elsewhere: string;
  let writers: Writers;
  let names: string[];

  async function imagesOf(name: string, at?: ClusterTimeText): Promise<Record<string, CollectionImage>> {
    const images: Record<string, CollectionImage> = {};
    for (const collection of names) {
      images[collection] = await readImage(suite.env['MONGODB_URI'] as string, name, collection, at);
    }
    return images;
  }

  function differences(
    expected: Record<string, CollectionImage>,
    actual: Record<string, CollectionImage>,
  ): Record<string, string[]> {
    return Object.fromEntries(names.map((name) => [name, differencesOf(expected[name]!, actual[name]!)]));
  }

  /** A backup, what it captured, and the kinds of writers that did nothing meanwhile. */
  async function disturbedBackup(kinds: readonly WriterKind[]): Promise<[string, Captured, WriterKind[]]> {
    const before = writers.counts();
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
    const { result } = succeeded(await endOf(suite.api, id));
    const after = writers.counts();
    const backupId = String(result?.['backupId']);
    const captured = await withSnapshot(suite, backupId, readCaptured);
    return [backupId, captured, kinds.filter((kind) => after[kind] === before[kind])];
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', 'backup-service'], { BACKUP_READ_LIMIT: '16MB' });
    database = `${suite.database}_data`;
    elsewhere = `${suite.database}_elsewhere`;
    const db = suite.mongo.db(database);
    await loadLucidData(suite.mongo, database, { sizeBytes: 80e6 });
    await prepareForWriters(db);
    names = await collectionNames(suite.mongo, database);
    writers = await startWriters(suite.mongo, db, suite.mongo.db(elsewhere));
  });

  afterAll(async () => {
    try {
      await writers?.stop();
    } finally {
      await suite.stop();
    }
  });

  it('restores the source as it was at one cluster time, byte by byte, and touches nothing else', async () => {
    const kinds = Object.keys(writers.counts()) as WriterKind[];
    await eventually('a write of each kind', () => kinds.every((kind) => writers.counts()[kind] > 0));
    // On a slow host a kind may not come to its turn during a backup, or a large transaction lie before or behind it: then another one is made.
    let [backupId, captured, resting] = await disturbedBackup(kinds);
    for (let more = 4; more > 0 && (resting.length > 0 || captured.partialEntries === 0); more -= 1)
      [backupId, captured, resting] = await disturbedBackup(kinds);
    expect(resting).toEqual([]);
    const { tend, oplog, partialEntries } = captured;
    expect(partialEntries).toBeGreaterThan(0);
    const after = writers.counts();
    await eventually('writes after the backup', () => kinds.every((kind) => writers.counts()[kind] > after[kind]));
    await writers.stop();

    const expected = await imagesOf(database, tend);
    const live = await imagesOf(database);
    expect(differences(expected, live)['notes']!.length).toBeGreaterThan(0);
    const ledger = await suite.mongo.db(elsewhere).collection('ledger').countDocuments();

    const target = `${suite.database}_copy`;
    const restore = succeeded(await runRestore(suite, backupId, { targetDatabase: target }));
    // Counted are operations, of which a transaction's entry holds several.
    expect(restore.result?.['oplogEntries']).toBeGreaterThan(oplog.entries);
    expect(await collectionNames(suite.mongo, target)).toEqual(names);
    const restored = await imagesOf(target);
    const none = Object.fromEntries(names.map((name) => [name, []]));
    expect(differences(expected, restored)).toEqual(none);
    expect(differences(live, await imagesOf(database))).toEqual(none);
    expect(await suite.mongo.db(elsewhere).collection('ledger').countDocuments()).toBe(ledger);

    // Of a transaction all is there or nothing: the transfers keep the sum.
    const [sum] = await suite.mongo
      .db(target)
      .collection('accounts')
      .aggregate([{ $group: { _id: null, balance: { $sum: '$balance' } } }])
      .toArray();
    expect(sum?.['balance']).toBe(ACCOUNTS * OPENING_BALANCE);
    for (const name of names) {
      const indexes = (of: string): Promise<unknown[]> => suite.mongo.db(of).collection(name).indexes();
      expect(await indexes(target)).toEqual(await indexes(database));
    }
  });
});
