import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readDumpBatches } from '@lucid/clients/mongodb/dump-folder-bson';
import { listDumpFolder } from '@lucid/clients/mongodb/dump-folder-files';
import { readDumpMetadata } from '@lucid/clients/mongodb/dump-folder-metadata';
import { type DumpNamespace, type DumpPart, type DumpSource, NO_METADATA, roleOf } from './dump-source.ts';

interface DumpFile {
  readonly namespace: DumpNamespace;
  /** Null for a view. */
  readonly path: string | null;
}

/** Files of a whole dump beside its databases. */
const SPECIAL = [
  { base: 'oplog.bson', database: '', collection: 'oplog' },
  { base: join('admin', 'system.users.bson'), database: 'admin', collection: 'system.users' },
  { base: join('admin', 'system.roles.bson'), database: 'admin', collection: 'system.roles' },
];

/** A folder that mongodump wrote, its files packed or not. @param onBytes of documents. @throws AppError DUMP_INVALID */
export async function openDumpFolder(
  folder: string,
  controlDatabase: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<DumpSource> {
  const { collections, skipped } = await listDumpFolder(folder);
  const files: DumpFile[] = [];
  for (const { database, collection, dataPath, metadataPath } of collections) {
    const metadata = metadataPath === null ? NO_METADATA : await readDumpMetadata(metadataPath);
    const name = metadata.collectionName ?? collection;
    const role = roleOf(database, name, metadata, controlDatabase);
    files.push({ namespace: { role, database, collection: name, metadata }, path: role === 'view' ? null : dataPath });
  }
  for (const { base, database, collection } of SPECIAL) {
    const path = await existing(join(folder, base));
    const role = roleOf(database, collection, NO_METADATA, controlDatabase);
    if (path !== null) files.push({ namespace: { role, database, collection, metadata: NO_METADATA }, path });
  }
  const others = skipped.filter((name) => !/^(oplog\.bson(\.gz)?|prelude\.json(\.gz)?|admin)$/.test(name));
  const ignored = others.map((name): DumpNamespace => ({
    role: 'skipped',
    database: name,
    collection: '',
    metadata: NO_METADATA,
  }));
  return {
    format: 'folder',
    serverVersion: '',
    namespaces: [...files.map(({ namespace }) => namespace), ...ignored],
    parts: () => partsOf(files, onBytes),
    close: () => Promise.resolve(),
  };
}

async function* partsOf(files: readonly DumpFile[], onBytes: (bytes: number) => void): AsyncGenerator<DumpPart> {
  for (const { namespace, path } of files) {
    if (path !== null && namespace.role !== 'skipped') {
      for await (const { documents, count } of readDumpBatches(path)) {
        onBytes(documents.length);
        yield { kind: 'documents', namespace, documents, count };
      }
    }
    yield { kind: 'end', namespace };
  }
}

async function existing(path: string): Promise<string | null> {
  for (const candidate of [path, `${path}.gz`]) {
    const isFile = await stat(candidate).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return candidate;
  }
  return null;
}
