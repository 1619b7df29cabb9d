import {
  type ArchivePrelude,
  dataCollection,
  encodeEnd,
  encodePrelude,
  encodeSegment,
  TERMINATOR,
  type ArchiveNamespace,
} from './dump-archive-format.ts';
import { Crc64 } from './dump-archive-crc.ts';

/** How much of a namespace goes into one segment: mongorestore holds one document, other readers a segment. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * An archive as mongodump writes it and mongorestore --archive reads it, one namespace after the other. Nothing is read ahead of
 * the consumer; leaving early closes the stream under way.
 * @param documentsOf whole documents in each buffer, which must hold until the next one is asked for; none for a view
 */
export async function* writeDumpArchive(
  prelude: ArchivePrelude,
  documentsOf: (namespace: ArchiveNamespace) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield* encodePrelude(prelude);
  for (const namespace of prelude.namespaces) yield* writeNamespace(namespace, documentsOf(namespace));
}

async function* writeNamespace(namespace: ArchiveNamespace, documents: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const collection = dataCollection(namespace);
  const header = encodeSegment(namespace.database, collection);
  const crc = new Crc64();
  let inSegment = 0;
  for await (const bytes of documents) {
    if (bytes.length === 0) continue;
    if (inSegment > SEGMENT_BYTES) {
      yield TERMINATOR;
      inSegment = 0;
    }
    if (inSegment === 0) yield header;
    crc.update(bytes);
    inSegment += bytes.length;
    yield bytes;
  }
  if (inSegment > 0) yield TERMINATOR;
  yield encodeEnd(namespace.database, collection, crc.value());
}
