import { readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import { insertRaw } from '@lucid/clients/mongodb/wire/raw-writer';
import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Namespace } from '../restore-names.ts';
import { isPrimaryChange, PRIMARY_CHANGE_CODES } from '../restore-primary.ts';

const DUPLICATE_KEY = 11_000;
/** What mongos says where it finds no primary of a shard. */
const FAILED_TO_SATISFY_READ_PREFERENCE = 133;
const INSERT_TIMEOUT_MS = 300_000;
const ATTEMPTS = 6;
const PAUSE_MS = 1_000;

export interface RouterInsert {
  /** Hex: none of that name but this collection is written to. */
  readonly uuid: string;
  /** What the collection will be called, for messages. */
  readonly shown: string;
  readonly signal: AbortSignal;
}

/**
 * The way of documents to and from a sharded cluster, as bytes, over the router that answers first. Call `close` at the end.
 * @throws AppError MONGODB_UNAVAILABLE, RESTORE_MISMATCH (a document is refused)
 */
export class RouterWriter {
  private readonly idle: WireConnection[] = [];

  /** @param comment of its operations on the server */
  constructor(
    private readonly topology: Topology,
    private readonly clock: Clock,
    private readonly comment: string,
  ) {}

  /**
   * Inserts whole documents by a majority, past the validator. Where a shard changes its primary, or the router goes, it is tried
   * again, and what the first try has stored is found by its `_id`. @param documents at most 100,000, at most 16 MiB or one document
   */
  async insert(target: Namespace, documents: Buffer, options: RouterInsert): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const duplicates = await this.insertOnce(target, documents, options);
        if (duplicates === 0 || attempt > 1) return;
        throw repeated(options.shown);
      } catch (error) {
        options.signal.throwIfAborted();
        if (!isPrimaryChange(error) || attempt === ATTEMPTS) throw error;
        await this.clock.sleep(PAUSE_MS * attempt, options.signal);
      }
    }
  }

  /** The documents that the shards own, whole ones in each buffer, which is valid until the next; those of one shard in natural order. */
  async *read({ database, collection }: Namespace, signal: AbortSignal): AsyncGenerator<Buffer> {
    const connection = this.idle.pop() ?? (await this.topology.connectSeed());
    const readConcern = { level: 'majority' };
    try {
      for await (const batch of readCollection(connection, { database, collection, readConcern, signal })) {
        try {
          yield batch.documents;
        } finally {
          batch.release();
        }
      }
    } finally {
      this.giveBack(connection);
    }
  }

  /** May be called twice; calls under way fail. */
  close(): void {
    for (const connection of this.idle.splice(0)) connection.close();
  }

  /** @returns how many were refused because their `_id` is there */
  private async insertOnce(
    { database, collection }: Namespace,
    documents: Buffer,
    { uuid, shown, signal }: RouterInsert,
  ): Promise<number> {
    const connection = this.idle.pop() ?? (await this.topology.connectSeed());
    try {
      const { refused } = await insertRaw(connection, {
        ...{ database, collection, documents, ordered: false, bypassDocumentValidation: true },
        ...{ collectionUuid: uuid, comment: this.comment, signal, timeoutMs: INSERT_TIMEOUT_MS },
        writeConcern: { w: 'majority' },
      });
      this.giveBack(connection);
      const other = refused.find(({ code }) => code !== DUPLICATE_KEY);
      if (!other) return refused.length;
      if (PRIMARY_CHANGE_CODES.has(other.code) || other.code === FAILED_TO_SATISFY_READ_PREFERENCE)
        throw new AppError('MONGODB_UNAVAILABLE', 'A shard changed its primary.');
      const detail = `MongoDB refused a document of the backup for ${shown} (code ${other.code}).`;
      throw new AppError('RESTORE_MISMATCH', detail);
    } catch (error) {
      if (!isAppError(error, 'RESTORE_MISMATCH')) connection.close();
      throw error;
    }
  }

  private giveBack(connection: WireConnection): void {
    if (connection.isOpen) this.idle.push(connection);
  }
}

function repeated(shown: string): AppError {
  const detail =
    `Documents of the backup for ${shown} have the same _id, or the same values in a unique index: ` +
    'they lay on different shards. Restore it shard by shard (`shard`).';
  return new AppError('RESTORE_MISMATCH', detail);
}
