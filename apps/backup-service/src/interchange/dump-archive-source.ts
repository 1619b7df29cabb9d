import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { unpacked } from '@lucid/clients/mongodb/dump-archive-bytes';
import type { ArchiveNamespace } from '@lucid/clients/mongodb/dump-archive-format';
import { DumpArchiveReader } from '@lucid/clients/mongodb/dump-archive-reader';
import { assertCollectionName, assertDatabaseName } from '@lucid/clients/mongodb/dump-folder-files';
import { parseDumpMetadata } from '@lucid/clients/mongodb/dump-folder-metadata';
import { AppError, fromSystemError } from '@lucid/core/app-error';
import { type DumpNamespace, type DumpPart, type DumpSource, NO_METADATA, roleOf } from './dump-source.ts';

const READ_BYTES = 1024 * 1024;

/** A file of `mongodump --archive`, packed or not. @param onBytes of the file, as they are read. @throws AppError DUMP_INVALID */
export async function openDumpArchive(
  path: string,
  controlDatabase: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<DumpSource> {
  const reader = await DumpArchiveReader.open(unpacked(fileBytes(path, onBytes)));
  try {
    const found = new Map<ArchiveNamespace, DumpNamespace>();
    for (const one of reader.prelude.namespaces) found.set(one, toDumpNamespace(one, controlDatabase));
    const { serverVersion } = reader.prelude.header;
    const parts = (): AsyncIterable<DumpPart> => partsOf(reader, found);
    return { format: 'archive', serverVersion, namespaces: [...found.values()], parts, close: () => reader.close() };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function* partsOf(
  reader: DumpArchiveReader,
  found: ReadonlyMap<ArchiveNamespace, DumpNamespace>,
): AsyncGenerator<DumpPart> {
  for await (const part of reader.parts()) {
    const namespace = found.get(part.namespace);
    if (!namespace) throw new AppError('INTERNAL', 'the archive has a part of a namespace it did not announce');
    yield { ...part, namespace };
  }
}

function toDumpNamespace(
  { database, collection, metadata: text }: ArchiveNamespace,
  controlDatabase: string,
): DumpNamespace {
  const metadata = text === '' ? NO_METADATA : parseDumpMetadata(text, `${database}.${collection}`);
  const name = metadata.collectionName ?? collection;
  const role = roleOf(database, name, metadata, controlDatabase);
  if (role === 'collection' || role === 'timeseries' || role === 'view') {
    assertDatabaseName(database);
    assertCollectionName(name);
  }
  return { role, database, collection: name, metadata };
}

async function* fileBytes(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  try {
    for await (const chunk of file) {
      onBytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw fromSystemError(error, basename(path));
  } finally {
    file.destroy();
  }
}
