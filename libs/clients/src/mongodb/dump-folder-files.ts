import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, fromSystemError } from '@lucid/core/app-error';

/** The files of one collection in a mongodump folder. */
export interface DumpFiles {
  readonly database: string;
  /** As the file name says; the metadata may know better (very long names are cut). */
  readonly collection: string;
  /** Null where mongodump wrote metadata alone (a view). */
  readonly dataPath: string | null;
  readonly metadataPath: string | null;
}

export interface DumpListing {
  readonly collections: readonly DumpFiles[];
  /** Files and folders that are not imported: system databases, the oplog. */
  readonly skipped: readonly string[];
}

const SYSTEM_DATABASES = new Set(['admin', 'config', 'local']);
const DATA = /^(.+)\.bson(\.gz)?$/;
const METADATA = /^(.+)\.metadata\.json(\.gz)?$/;
const BUCKETS = 'system.buckets.';

/**
 * What a mongodump folder holds, sorted. Format: `<database>/<collection>.bson[.gz]` beside `<collection>.metadata.json[.gz]`,
 * https://www.mongodb.com/docs/database-tools/mongodump/. Links are refused: a dump has none.
 * @throws AppError DUMP_INVALID, PERMISSION_DENIED
 */
export async function listDumpFolder(folder: string): Promise<DumpListing> {
  const collections: DumpFiles[] = [];
  const skipped: string[] = [];
  for (const entry of await entriesOf(folder, folder)) {
    if (!entry.isFolder || SYSTEM_DATABASES.has(entry.name)) {
      skipped.push(entry.name);
      continue;
    }
    assertDatabaseName(entry.name);
    const files = await entriesOf(join(folder, entry.name), entry.name);
    collections.push(...collectionsOf(join(folder, entry.name), entry.name, files));
  }
  if (collections.length === 0) throw new AppError('DUMP_INVALID', 'the folder holds no database with collections');
  return { collections, skipped };
}

/** @throws AppError DUMP_INVALID for what MongoDB, or a file system, would misread */
export function assertDatabaseName(name: string): void {
  if (/^[^/\\. "$*<>:|?\0]{1,63}$/.test(name) && !name.includes('%')) return;
  throw new AppError('DUMP_INVALID', `${JSON.stringify(name)} is not a name for a database`);
}

/** @throws AppError DUMP_INVALID */
export function assertCollectionName(name: string): void {
  const climbs = name.split(/[\\/]/).some((part) => part === '..' || part === '.') || /^[\\/]/.test(name);
  const isSystem = name.startsWith('system.') && name !== 'system.js' && !name.startsWith(BUCKETS);
  const isNamed = name !== '' && !name.includes('$') && !name.includes('\0') && Buffer.byteLength(name) <= 255;
  if (!isNamed || climbs || isSystem) {
    throw new AppError('DUMP_INVALID', `${JSON.stringify(name)} is not a name for a collection`);
  }
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function entriesOf(path: string, shown: string): Promise<Entry[]> {
  try {
    const names = (await readdir(path)).sort();
    const entries: Entry[] = [];
    for (const name of names) {
      const stats = await lstat(join(path, name));
      if (!stats.isDirectory() && !stats.isFile()) {
        throw new AppError('DUMP_INVALID', `${join(shown, name)} is neither a file nor a folder`);
      }
      entries.push({ name, isFolder: stats.isDirectory() });
    }
    return entries;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError('DUMP_INVALID', `${shown} is not a folder`, { cause: error });
    throw fromSystemError(error, shown);
  }
}

function collectionsOf(folder: string, database: string, entries: readonly Entry[]): DumpFiles[] {
  const data = new Map<string, string>();
  const metadata = new Map<string, string>();
  for (const { name, isFolder } of entries) {
    if (isFolder) continue;
    const metadataOf = METADATA.exec(name)?.[1];
    const dataOf = DATA.exec(name)?.[1];
    if (metadataOf !== undefined) add(metadata, metadataOf, name, database);
    else if (dataOf !== undefined) add(data, dataOf, name, database);
  }
  // The buckets of a time series stand beside the metadata of the collection that shows them.
  const bases = new Set([...metadata.keys(), ...[...data.keys()].map((base) => withoutBuckets(base, metadata))]);
  return [...bases].sort().map((base) => {
    const collection = unescapeName(base);
    assertCollectionName(collection);
    const dataFile = data.get(base) ?? data.get(`${BUCKETS}${base}`);
    const metadataFile = metadata.get(base);
    return {
      database,
      collection,
      dataPath: dataFile === undefined ? null : join(folder, dataFile),
      metadataPath: metadataFile === undefined ? null : join(folder, metadataFile),
    };
  });
}

function withoutBuckets(base: string, metadata: ReadonlyMap<string, string>): string {
  const shown = base.startsWith(BUCKETS) ? base.slice(BUCKETS.length) : base;
  return metadata.has(shown) ? shown : base;
}

function add(files: Map<string, string>, base: string, name: string, database: string): void {
  if (files.has(base)) throw new AppError('DUMP_INVALID', `${database}/${name} is there twice, plain and compressed`);
  files.set(base, name);
}

/** mongodump escapes what a file name cannot hold as in a URL. */
function unescapeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (cause) {
    throw new AppError('DUMP_INVALID', `${JSON.stringify(name)} is not an escaped name`, { cause });
  }
}
