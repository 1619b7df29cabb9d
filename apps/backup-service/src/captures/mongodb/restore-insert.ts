import { insertRaw, type RefusedDocument } from '@lucid/clients/mongodb/wire/raw-writer';
import type { WirePool } from '@lucid/clients/mongodb/wire/wire-pool';
import { AppError } from '@lucid/core/app-error';
import type { Namespace } from './restore-names.ts';

const DUPLICATE_KEY = 11_000;
const INSERT_TIMEOUT_MS = 300_000;

export interface RestoreInsert {
  readonly target: Namespace;
  /** At most 100,000, at most 16 MiB or one document. */
  readonly documents: Buffer;
  readonly writeConcern: { readonly w: 1 | 'majority' };
  /** Hex, of the collection: none of that name but this one is written to. */
  readonly uuid?: string | undefined;
  /** Of the operation on the server. */
  readonly comment?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Inserts whole documents, unordered and past the validator. Not repeated by itself. @returns how many were refused because their `_id` (or
 * the value of a unique index) is there, and the first that was refused for something else
 */
export async function insertRestored(
  pool: WirePool,
  { target, documents, uuid, comment, signal, writeConcern }: RestoreInsert,
): Promise<{ duplicates: number; other: RefusedDocument | undefined }> {
  const { refused } = await pool.use(signal, (connection) =>
    insertRaw(connection, {
      ...{ ...target, documents, ordered: false, bypassDocumentValidation: true, writeConcern },
      ...{ collectionUuid: uuid, comment, timeoutMs: INSERT_TIMEOUT_MS, ...(signal && { signal }) },
    }),
  );
  const other = refused.find(({ code }) => code !== DUPLICATE_KEY);
  return { duplicates: refused.filter(({ code }) => code === DUPLICATE_KEY).length, other };
}

/** @param shown what the collection will be called */
export function refusedDocument(shown: string, { code }: RefusedDocument): AppError {
  return new AppError('RESTORE_MISMATCH', `MongoDB refused a document of the backup for ${shown} (code ${code}).`);
}
