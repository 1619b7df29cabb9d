import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import { WirePool } from '@lucid/clients/mongodb/wire/wire-pool';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { insertRestored, refusedDocument } from '../restore-insert.ts';
import type { Namespace } from '../restore-names.ts';
import { isPrimaryChange, PRIMARY_CHANGE_CODES } from '../restore-primary.ts';

/** What mongos says where it finds no primary of a shard. */
const FAILED_TO_SATISFY_READ_PREFERENCE = 133;
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
  private readonly pool: WirePool;

  /** @param comment of its operations on the server */
  constructor(
    topology: Topology,
    private readonly clock: Clock,
    private readonly comment: string,
  ) {
    this.pool = new WirePool(() => topology.connectSeed());
  }

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
  read(target: Namespace, signal: AbortSignal): AsyncGenerator<Buffer> {
    return this.pool.read({ ...target, readConcern: { level: 'majority' }, signal });
  }

  /** May be called twice; calls under way go on. */
  close(): void {
    this.pool.close();
  }

  /** @returns how many were refused because their `_id` is there */
  private async insertOnce(target: Namespace, documents: Buffer, options: RouterInsert): Promise<number> {
    const { comment } = this;
    const { uuid, shown, signal } = options;
    const insert = { target, documents, uuid, comment, signal, writeConcern: { w: 'majority' } as const };
    const { duplicates, other } = await insertRestored(this.pool, insert);
    if (!other) return duplicates;
    if (PRIMARY_CHANGE_CODES.has(other.code) || other.code === FAILED_TO_SATISFY_READ_PREFERENCE)
      throw new AppError('MONGODB_UNAVAILABLE', 'A shard changed its primary.');
    throw refusedDocument(shown, other);
  }
}

function repeated(shown: string): AppError {
  const detail =
    `Documents of the backup for ${shown} have the same _id, or the same values in a unique index: ` +
    'they lay on different shards. Restore it shard by shard (`shard`).';
  return new AppError('RESTORE_MISMATCH', detail);
}
