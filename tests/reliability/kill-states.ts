import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { eventually } from '@lucid/testing/eventually';
import type { Redis } from 'ioredis';
import type { Document, MongoClient } from 'mongodb';
import { chunksStored, objectsOf, stagingFilled } from '../system/backup-jobs.ts';

export interface Engines {
  readonly mongo: MongoClient;
  readonly redis: Redis;
  readonly elasticsearch: Client;
  readonly controlDatabase: string;
}

export const BACKUP_POINTS = [
  'MongoDB is read',
  'Redis sends its keys',
  'Elasticsearch makes its snapshot',
  'the manifest is written',
  'COMMIT is written',
] as const;

export const RESTORE_POINTS = [
  'documents are staged',
  'the oplog is replayed',
  'indexes are built',
  'MongoDB is swapped',
  'Elasticsearch is staged',
  'Elasticsearch is swapped',
  'Redis is loaded',
] as const;

/** What is asked that often is a state of milliseconds. */
const OFTEN = { intervalMs: 1, timeoutMs: 90_000 };
const GROUP_STATES = ['data', 'oplog', 'indexes', 'verify', 'ready'];

/** Returns as soon as the backup that runs into this repository is there, or beyond it. */
export function backupReached(
  point: (typeof BACKUP_POINTS)[number],
  { redis, elasticsearch }: Engines,
  folder: string,
): Promise<unknown> {
  const stored = (name: string) => async (): Promise<boolean> =>
    (await objectsOf(join(folder, 'snapshots'))).some((path) => path.includes(name));
  switch (point) {
    case 'MongoDB is read':
      return chunksStored(folder, 2);
    case 'Redis sends its keys':
      return eventually(
        point,
        async () => String(await redis.call('CLIENT', 'LIST', 'TYPE', 'replica')).includes('id='),
        OFTEN,
      );
    case 'Elasticsearch makes its snapshot':
      return eventually(point, () => isSnapshotMade(elasticsearch, stored('/manifest-')), OFTEN);
    case 'the manifest is written':
      return eventually(point, stored('/manifest-'), OFTEN);
    case 'COMMIT is written':
      return eventually(point, stored('/COMMIT'), OFTEN);
  }
}

/** Under way on the server; or over already, of which the manifest is the sign. */
async function isSnapshotMade(client: Client, isOver: () => Promise<boolean>): Promise<boolean> {
  const { snapshots } = await client.snapshot.status();
  return snapshots.length > 0 || (await isOver());
}

/** Returns as soon as this restore is there, or beyond it. */
export function restoreReached(
  point: (typeof RESTORE_POINTS)[number],
  { mongo, redis, elasticsearch, controlDatabase }: Engines,
  { id, database }: { id: string; database: string },
): Promise<unknown> {
  const journalled = (has: (journal: Document) => boolean) => async (): Promise<boolean> => {
    const journals = mongo.db(controlDatabase).collection<Document & { _id: string }>('restore_journals');
    const journal = await journals.findOne({ _id: id });
    return journal !== null && (journal['phase'] !== 'restore' || has(journal));
  };
  const inGroup = (state: string): (() => Promise<boolean>) =>
    journalled(({ groups }) => GROUP_STATES.indexOf(String(groups.staged)) >= GROUP_STATES.indexOf(state));
  const hasAlias = async (...markers: string[]): Promise<boolean> => {
    const aliases = await elasticsearch.indices.getAlias({ expand_wildcards: 'all' });
    const names = Object.values(aliases).flatMap((one) => Object.keys(one.aliases));
    return names.some((name) => markers.some((marker) => name.startsWith('restoring-') && name.endsWith(marker)));
  };
  const isStaged = async (): Promise<boolean> => {
    const staged = await elasticsearch.indices.get({ index: 'restoring-*', expand_wildcards: 'all' });
    return Object.keys(staged).length > 0;
  };
  const ask = {
    'documents are staged': () => stagingFilled(mongo, database).then(() => true),
    'the oplog is replayed': inGroup('oplog'),
    'indexes are built': inGroup('indexes'),
    'MongoDB is swapped': journalled(() => false),
    'Elasticsearch is staged': isStaged,
    'Elasticsearch is swapped': () => hasAlias('.swapping', '.done'),
    'Redis is loaded': async () => (await redis.dbsize()) > 0,
  }[point];
  return eventually(point, ask, OFTEN);
}
