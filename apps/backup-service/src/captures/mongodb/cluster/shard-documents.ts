import { crc32 } from 'node:zlib';
import { elementsOf } from '@lucid/clients/mongodb/wire/bson-walk';
import { AppError } from '@lucid/core/app-error';
import { documentsOf, idKeyOf } from '../oplog-bson.ts';
import { RestoreCatalogue } from '../restore-catalogue.ts';
import type { RestoreSource, SourceCollection } from '../restore-source.ts';
import { oplogOperations } from '../restore-units.ts';
import { applyOperation, type DocumentOperation } from './apply-diff.ts';

/** Beside the bytes of an operation. */
const OPERATION_BYTES = 200;

interface ChangedDocument {
  readonly operations: DocumentOperation[];
  isRead: boolean;
  isInserted: boolean;
}

/** By key of the `_id`, in the order of their (last) insertion. */
type ChangedDocuments = Map<string, ChangedDocument>;

/**
 * The collections of one shard of a backup as they were at its end: the documents of a stream with the oplog of that shard already applied to
 * them. A router takes no oplog entries, and where a document goes depends on what it is at the end.
 */
export class ShardDocuments {
  /** Entries of the oplog that were followed. */
  operations = 0;
  private passes = 1;
  private kept: { pass: number; changed: Map<string, ChangedDocuments> } | undefined;

  /**
   * @param isWanted namespaces of the backup that are restored
   * @param mostBytes of the oplog in memory; a longer one is followed in several passes over the backup
   */
  constructor(
    private readonly source: RestoreSource,
    private readonly isWanted: (namespace: string) => boolean,
    private readonly mostBytes: number,
  ) {}

  /** Reads the oplog for the first time: `operations` tells how long it is, also where no collection is read. */
  async prepare(signal: AbortSignal): Promise<void> {
    await this.changedIn(0, signal);
  }

  /**
   * Every document of a collection at the end, some at a time. May be called again.
   * @param progress bytes of the stream. @throws AppError RESTORE_REFUSED, OPLOG_GAP, CHUNK_CORRUPT, CHUNK_MISSING, MANIFEST_CORRUPT
   */
  async *read(
    collection: SourceCollection,
    signal: AbortSignal,
    progress: (bytes: number) => void = () => undefined,
  ): AsyncGenerator<Buffer[]> {
    await this.changedIn(0, signal);
    for (let pass = 0; pass < this.passes; pass += 1) {
      const changed =
        (await this.changedIn(pass, signal)).get(collection.namespace) ?? new Map<string, ChangedDocument>();
      for (const document of changed.values()) document.isRead = false;
      let documents = 0;
      for await (const chunk of this.streamOf(collection, signal)) {
        const all = [...documentsOf(chunk)];
        documents += all.length;
        yield all.flatMap((document) => this.atEnd(document, changed, collection, pass));
        progress(chunk.length / this.passes);
      }
      if (documents !== collection.documents) throw shortStream(collection.namespace);
      yield* added(changed);
    }
  }

  private async *streamOf({ stream }: SourceCollection, signal: AbortSignal): AsyncGenerator<Buffer> {
    if (stream === undefined) return;
    for await (const chunk of this.source.read(stream, { signal })) {
      signal.throwIfAborted();
      yield chunk;
    }
  }

  private atEnd(document: Buffer, changed: ChangedDocuments, { options }: SourceCollection, pass: number): Buffer[] {
    if (this.passes === 1 && changed.size === 0) return [document];
    const key = keyOf(document);
    if (passOf(key, this.passes) !== pass) return [];
    const found = changed.get(key);
    if (!found) return [document];
    // A document that was deleted and inserted again is met twice by a long read.
    if (found.isRead) return [];
    // In a capped collection the order counts: what the oplog inserts comes from it, after the others.
    if (found.isInserted && options['capped'] === true) return [];
    found.isRead = true;
    const end = found.operations.reduce<Buffer | undefined>(applyOperation, document);
    return end ? [end] : [];
  }

  /** The documents of a pass that the oplog changes; those of the last pass asked for stay in memory. */
  private async changedIn(pass: number, signal: AbortSignal): Promise<Map<string, ChangedDocuments>> {
    if (this.kept?.pass !== pass) {
      this.kept = undefined;
      let changed = await this.load(pass, signal);
      while (!changed) {
        this.passes *= 2;
        changed = await this.load(pass, signal);
      }
      this.kept = { pass, changed };
    }
    return this.kept.changed;
  }

  /** Undefined: too much for one pass, found out before the first one was used. */
  private async load(pass: number, signal: AbortSignal): Promise<Map<string, ChangedDocuments> | undefined> {
    const byNamespace = new Map<string, ChangedDocuments>();
    let [bytes, operations] = [0, 0];
    const plan = { isRelevant: () => true };
    for await (const { op, o, o2, collection } of oplogOperations(
      this.source,
      plan,
      new RestoreCatalogue(this.source),
      signal,
    )) {
      if (!this.isWanted(collection.namespace)) continue;
      operations += 1;
      const key = idKeyOf(op === 'u' && o2 ? o2 : o);
      if (key === undefined)
        throw new AppError('RESTORE_REFUSED', 'The oplog of this backup changes a document without _id.');
      if (passOf(key, this.passes) !== pass) continue;
      bytes += o.length + OPERATION_BYTES;
      // The passes are of about one size: what is decided at the first one stays, or the others would read what it has read.
      if (pass === 0 && bytes > this.mostBytes) return undefined;
      const changed = byNamespace.get(collection.namespace) ?? new Map<string, ChangedDocument>();
      byNamespace.set(collection.namespace, changed);
      // A view of its chunk would keep all of that.
      addOperation(changed, key, { op, o: Buffer.from(o) });
    }
    this.operations = operations;
    return byNamespace;
  }
}

function addOperation(changed: ChangedDocuments, key: string, operation: DocumentOperation): void {
  const found = changed.get(key) ?? { operations: [], isRead: false, isInserted: false };
  found.operations.push(operation);
  if (operation.op === 'i') {
    found.isInserted = true;
    changed.delete(key);
  }
  changed.set(key, found);
}

/** Those that no stream had. */
function* added(changed: ChangedDocuments): Generator<Buffer[]> {
  for (const { operations, isRead } of changed.values()) {
    const end = isRead ? undefined : operations.reduce<Buffer | undefined>(applyOperation, undefined);
    if (end) yield [end];
  }
}

function passOf(key: string, passes: number): number {
  return passes === 1 ? 0 : crc32(Buffer.from(key, 'latin1')) % passes;
}

/** As `idKeyOf`; the `_id` comes first, so the rest is not even looked at. */
function keyOf(document: Buffer): string {
  for (const { name, type, start, end } of elementsOf(document, 0, document.length))
    if (name === '_id') return String.fromCharCode(type) + document.toString('latin1', start, end);
  return '';
}

function shortStream(namespace: string): AppError {
  const detail = `The stream of ${namespace} has another number of documents than the manifest.`;
  return new AppError('MANIFEST_CORRUPT', detail);
}
