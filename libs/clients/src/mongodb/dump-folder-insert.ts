import { createRequire } from 'node:module';
import type { Document, MongoClient } from 'mongodb';

/** Documents as BSON bytes, one after the other: at most 48 MB and 100,000 of them (the server's limits for one insert). */
export interface RawInsertBatch {
  readonly database: string;
  readonly collection: string;
  readonly documents: Buffer;
}

/**
 * Inserts documents byte for byte, acknowledged by a majority, past the collection's validator. It is not tried again, since
 * a second try would meet its own documents; documents that the server refuses are in the answer, the others are stored.
 */
export type RawInsert = (batch: RawInsertBatch) => Promise<RawInsertResult>;

export interface RawInsertResult {
  readonly inserted: number;
  /** The first refusal: which document of the batch, and the server's code. */
  readonly refused: { readonly index: number; readonly code: number } | null;
}

/** The driver's own carrier of serialized documents (it is how its bulk writes send theirs); not in its public types. */
interface DocumentSequenceClass {
  new (field: string): { push(document: Document, bytes: Buffer): number };
}

const { DocumentSequence } = createRequire(import.meta.url)('mongodb/lib/cmap/commands.js') as {
  DocumentSequence: DocumentSequenceClass;
};

/** A raw insert over the driver's connections: with its authentication, TLS and choice of the primary. */
export function rawInsertOf(client: MongoClient): RawInsert {
  return async ({ database, collection, documents }) => {
    const sequence = new DocumentSequence('documents');
    sequence.push({}, documents);
    const answer = await client.db(database).command({
      insert: collection,
      documents: sequence,
      ordered: false,
      bypassDocumentValidation: true,
      writeConcern: { w: 'majority' },
    });
    const [first] = (answer['writeErrors'] ?? []) as { index: number; code: number }[];
    return { inserted: Number(answer['n']), refused: first ? { index: first.index, code: first.code } : null };
  };
}
