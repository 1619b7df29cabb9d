import { AppError } from '@lucid/core/app-error';
import { type Db, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { invalid, readDumpBatches } from './dump-folder-bson.ts';
import { assertCollectionName, assertDatabaseName, type DumpFiles, listDumpFolder } from './dump-folder-files.ts';
import { rawInsertOf, type RawInsert } from './dump-folder-insert.ts';
import { type DumpMetadata, readDumpMetadata } from './dump-folder-metadata.ts';
import { toMongoAppError } from './errors.ts';

export interface ImportDumpFolderOptions {
  readonly client: MongoClient;
  readonly folder: string;
  /** Database of the dump → database to load it into; those not named keep their names. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Drop collections that are there. Without it one that holds documents stops the import before anything is loaded. */
  readonly drop?: boolean;
  readonly insert?: RawInsert;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportedCollection) => void;
}

export interface ImportedCollection {
  readonly database: string;
  readonly collection: string;
  readonly documents: number;
  readonly bytes: number;
  readonly indexes: number;
}

export interface ImportReport {
  readonly collections: readonly ImportedCollection[];
  /** Parts of the dump that are not imported: system databases, the oplog. */
  readonly skipped: readonly string[];
}

interface Plan {
  readonly files: DumpFiles;
  readonly db: Db;
  readonly collection: string;
  readonly metadata: DumpMetadata;
}

const INVALID_BSON = 22;
const NAMESPACE_EXISTS = 48;
const NO_METADATA: DumpMetadata = { collectionName: null, options: {}, indexes: [] };

/**
 * Loads a folder written by mongodump: collections with their options, then their documents byte for byte, then their indexes;
 * views last. All names, metadata and targets are looked at before the first collection is touched. When it dies or is
 * aborted, what is loaded stays; run it again with `drop`.
 * @throws AppError DUMP_INVALID (file and offset), RESTORE_CONFLICT (a target holds documents), DUPLICATE_KEY (a unique index
 *   cannot be built), MONGODB_UNAVAILABLE; the signal's reason
 */
export async function importDumpFolder(options: ImportDumpFolderOptions): Promise<ImportReport> {
  const { client, drop = false, insert = rawInsertOf(client) } = options;
  try {
    const { collections, skipped } = await listDumpFolder(options.folder);
    const plans = await Promise.all(collections.map((files) => planOf(client, files, options.databases ?? {})));
    plans.sort((left, right) => Number(isView(left)) - Number(isView(right)));
    await assertTargets(plans, drop);
    const report: ImportedCollection[] = [];
    for (const plan of plans) {
      const imported = await importCollection(plan, { drop, insert, signal: options.signal });
      options.onProgress?.(imported);
      report.push(imported);
    }
    return { collections: report, skipped };
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

async function planOf(client: MongoClient, files: DumpFiles, databases: Record<string, string>): Promise<Plan> {
  const database = Object.hasOwn(databases, files.database) ? (databases[files.database] ?? '') : files.database;
  assertDatabaseName(database);
  const metadata = files.metadataPath === null ? NO_METADATA : await readDumpMetadata(files.metadataPath);
  const collection = metadata.collectionName ?? files.collection;
  assertCollectionName(collection);
  return { files, db: client.db(database), collection, metadata };
}

/** Refuses two sources for one target, and targets that hold something. */
async function assertTargets(plans: readonly Plan[], drop: boolean): Promise<void> {
  const targets = plans.map(({ db, collection }) => `${db.databaseName}.${collection}`);
  const twice = targets.find((target, at) => targets.indexOf(target) !== at);
  if (twice !== undefined) throw new AppError('DUMP_INVALID', `${twice} would be loaded twice`);
  if (drop) return;
  const full: string[] = [];
  for (const { db, collection } of plans) {
    const [present] = await db.listCollections({ name: collection }).toArray();
    if (!present) continue;
    const holds = present.type === 'view' || (await db.collection(collection).findOne({}, { projection: { _id: 1 } }));
    if (holds) full.push(`${db.databaseName}.${collection}`);
  }
  if (full.length > 0)
    throw new AppError('RESTORE_CONFLICT', `not empty: ${full.join(', ')}; ask for drop, or map the database`);
}

interface Context {
  readonly drop: boolean;
  readonly insert: RawInsert;
  readonly signal: AbortSignal | undefined;
}

async function importCollection(plan: Plan, context: Context): Promise<ImportedCollection> {
  const { db, collection, metadata, files } = plan;
  if (context.drop) await db.dropCollection(collection);
  await createCollection(db, collection, metadata.options);
  const loaded =
    files.dataPath === null || isView(plan) ? { documents: 0, bytes: 0 } : await load(plan, files.dataPath, context);
  const { indexes } = metadata;
  if (indexes.length > 0) await createIndexes(db, collection, indexes);
  return { database: db.databaseName, collection, ...loaded, indexes: indexes.length };
}

async function createCollection(db: Db, collection: string, options: Document): Promise<void> {
  try {
    await db.command({ create: collection, ...options });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS))
      throw refusedMetadata(error, collection);
  }
}

async function createIndexes(db: Db, collection: string, indexes: readonly Document[]): Promise<void> {
  try {
    await db.command({ createIndexes: collection, indexes });
  } catch (error) {
    throw refusedMetadata(error, collection);
  }
}

/** What the server refuses in options and indexes is the dump's fault, unless the registry knows better. */
function refusedMetadata(error: unknown, collection: string): unknown {
  if (!(error instanceof MongoServerError)) return error;
  const detail = `the server refuses the options or indexes of ${collection} (${error.codeName ?? 'no code'})`;
  return toMongoAppError(error) ?? new AppError('DUMP_INVALID', detail, { cause: error });
}

async function load(
  plan: Plan,
  path: string,
  { insert, signal }: Context,
): Promise<{ documents: number; bytes: number }> {
  const database = plan.db.databaseName;
  const isTimeseries = plan.metadata.options['timeseries'] !== undefined;
  const collection = isTimeseries ? `system.buckets.${plan.collection}` : plan.collection;
  let documents = 0;
  let bytes = 0;
  for await (const batch of readDumpBatches(path)) {
    signal?.throwIfAborted();
    try {
      const { refused } = await insert({ database, collection, documents: batch.documents });
      if (refused)
        throw invalid(
          path,
          batch.offset,
          `the server refuses document ${documents + refused.index} (code ${refused.code})`,
        );
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === INVALID_BSON)) throw error;
      throw invalid(path, batch.offset, `one of the ${batch.count} documents from here is not BSON`, error);
    }
    documents += batch.count;
    bytes += batch.documents.length;
  }
  return { documents, bytes };
}

function isView({ metadata }: Plan): boolean {
  return metadata.options['viewOn'] !== undefined;
}
