import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import { WirePool } from '@lucid/clients/mongodb/wire/wire-pool';
import { applyEntries } from './oplog-apply.ts';
import { insertRestored, refusedDocument } from './restore-insert.ts';
import type { Namespace } from './restore-names.ts';
import type { RestoreWriteOptions, RestoreWriter } from './restore-writer.ts';

/** Documents go as bytes over connections of its own to the primary. Call `close` at the end. */
export class WireRestoreWriter implements RestoreWriter {
  private readonly pool: WirePool;

  /** @param comment of its operations on the server */
  constructor(
    topology: Topology,
    private readonly comment?: string,
  ) {
    this.pool = new WirePool(() => topology.connectPrimary());
  }

  async insert(target: Namespace, documents: Buffer, { signal, uuid }: RestoreWriteOptions = {}): Promise<number> {
    const { comment } = this;
    const insert = { target, documents, uuid, comment, signal, writeConcern: { w: 1 } as const };
    const { duplicates, other } = await insertRestored(this.pool, insert);
    if (other) throw refusedDocument(`${target.database}.${target.collection}`, other);
    return duplicates;
  }

  applyOps(entries: readonly Buffer[], signal?: AbortSignal): Promise<void> {
    const options = { signal, comment: this.comment };
    return this.pool.use(signal, (connection) => applyEntries(connection, entries, options));
  }

  read(target: Namespace, signal: AbortSignal): AsyncGenerator<Buffer> {
    return this.pool.read({ ...target, signal });
  }

  /** May be called twice; calls under way go on. */
  close(): void {
    this.pool.close();
  }
}
