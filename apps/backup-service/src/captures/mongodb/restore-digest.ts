import { crc32 } from 'node:zlib';
import { documentEnd } from '@lucid/clients/mongodb/wire/bson-walk';
import { idKeyOf } from './oplog-bson.ts';

/**
 * A checksum of documents in the order in which they stand: CRC-32 (that of zlib) over their concatenated bytes, beside their number and
 * size. A restored collection is read in the order in which it was filled (record ids only grow, an update keeps its place), so it has
 * the checksum of its stream. It finds what went wrong on the way into the server; against forgery stand the chunks' ids. SHA-256 in its
 * place took a third of the CPU time of a restore.
 */
export class DocumentSequenceDigest {
  documents = 0;
  private bytes = 0;
  private crc = 0;

  /** Takes whole documents, one after the other. */
  add(bytes: Buffer, documents: number): void {
    this.crc = crc32(bytes, this.crc);
    this.bytes += bytes.length;
    this.documents += documents;
  }

  /** Eight hexadecimal digits and the number of bytes. */
  toText(): string {
    return `${this.crc.toString(16).padStart(8, '0')}-${this.bytes}`;
  }
}

/**
 * Adds the documents of a batch that the oplog does not touch to the digest; the others are handed to `onTouched` with the state
 * that the oplog gives them. @param touched by key of the `_id`: is it there at the end?
 */
export function digestUntouched(
  digest: DocumentSequenceDigest,
  batch: Buffer,
  touched: ReadonlyMap<string, boolean>,
  onTouched: (key: string, isThere: boolean) => void = () => undefined,
): void {
  let [runStart, runDocuments] = [0, 0];
  const endRun = (end: number): void => {
    if (runDocuments > 0) digest.add(batch.subarray(runStart, end), runDocuments);
    runDocuments = 0;
  };
  for (let at = 0; at < batch.length;) {
    const end = documentEnd(batch, at, batch.length);
    const key = touched.size > 0 ? idKeyOf(batch.subarray(at, end)) : undefined;
    const isThere = key === undefined ? undefined : touched.get(key);
    if (key !== undefined && isThere !== undefined) {
      endRun(at);
      runStart = end;
      onTouched(key, isThere);
    } else runDocuments += 1;
    at = end;
  }
  endRun(batch.length);
}
