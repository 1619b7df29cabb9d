import { abortable } from '@lucid/clients/mongodb/wire/abortable';
import { readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import { insertRaw } from '@lucid/clients/mongodb/wire/raw-writer';
import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError, isAppError } from '@lucid/core/app-error';
import { applyEntries } from './oplog-apply.ts';
import type { Namespace } from './restore-names.ts';
import type { RestoreWriteOptions, RestoreWriter } from './restore-writer.ts';

const DUPLICATE_KEY = 11_000;
const INSERT_TIMEOUT_MS = 300_000;

/**
 * Documents go as bytes over connections of its own to the primary, one for each call under way; a connection that failed is
 * given up, and the next call asks for the primary anew. Call `close` at the end.
 */
export class WireRestoreWriter implements RestoreWriter {
  private readonly idle: WireConnection[] = [];

  /** @param comment of its operations on the server */
  constructor(
    private readonly topology: Topology,
    private readonly comment?: string,
  ) {}

  insert(
    { database, collection }: Namespace,
    documents: Buffer,
    { signal, uuid }: RestoreWriteOptions = {},
  ): Promise<number> {
    const options = {
      ...{ database, collection, documents, ordered: false, bypassDocumentValidation: true },
      ...{ collectionUuid: uuid, comment: this.comment, ...(signal && { signal }) },
    };
    return this.withConnection(signal, async (connection) => {
      const writeConcern = { w: 1 };
      const { refused } = await insertRaw(connection, { ...options, writeConcern, timeoutMs: INSERT_TIMEOUT_MS });
      const other = refused.find(({ code }) => code !== DUPLICATE_KEY);
      if (!other) return refused.length;
      const detail = `MongoDB refused a document of the backup for ${database}.${collection} (code ${other.code}).`;
      throw new AppError('RESTORE_MISMATCH', detail);
    });
  }

  applyOps(entries: readonly Buffer[], signal?: AbortSignal): Promise<void> {
    const options = { signal, comment: this.comment };
    return this.withConnection(signal, (connection) => applyEntries(connection, entries, options));
  }

  async *read({ database, collection }: Namespace, signal: AbortSignal): AsyncGenerator<Buffer> {
    const connection = this.idle.pop() ?? (await this.connect(signal));
    try {
      for await (const batch of readCollection(connection, { database, collection, signal })) {
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

  private async withConnection<T>(
    signal: AbortSignal | undefined,
    action: (connection: WireConnection) => Promise<T>,
  ): Promise<T> {
    const connection = this.idle.pop() ?? (await this.connect(signal));
    try {
      const result = await action(connection);
      this.giveBack(connection);
      return result;
    } catch (error) {
      // It may be one to a former primary; a command that was refused for what it is leaves it as it was.
      const isRefusal = serverCodeOf(error) !== undefined && !isAppError(error, 'MONGODB_UNAVAILABLE');
      if (isRefusal) this.giveBack(connection);
      else connection.close();
      throw error;
    }
  }

  private async connect(signal: AbortSignal | undefined): Promise<WireConnection> {
    const connecting = this.topology.connectPrimary();
    try {
      return await abortable(connecting, signal);
    } catch (error) {
      connecting.then(
        (late) => late.close(),
        () => undefined, // thrown already, or nobody waits for it
      );
      throw error;
    }
  }

  private giveBack(connection: WireConnection): void {
    if (connection.isOpen) this.idle.push(connection);
  }
}
