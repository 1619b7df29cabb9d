import { AppError } from '@lucid/core/app-error';
import { Binary } from 'bson';
import { bsonDocument, bsonElement, bsonText, BSON_DOCUMENT } from './oplog-bson.ts';
import { applyDdl } from './oplog-ddl.ts';
import { applyUpdate } from './oplog-diff.ts';
import { type OplogEntry, parseOplogEntry } from './oplog-entry.ts';
import { TransactionAssembler } from './oplog-transactions.ts';
import { decodeOrdered } from './ordered-documents.ts';
import type { CatalogueCollection, RestoreCatalogue } from './restore-catalogue.ts';
import { BUCKETS_PREFIX, type Namespace, parseNamespace } from './restore-names.ts';

/** One change of one document, on a collection of the catalogue. */
export interface DataOperation {
  readonly op: 'i' | 'u' | 'd';
  readonly collection: CatalogueCollection;
  readonly o: Buffer;
  readonly o2: Buffer | undefined;
}

/**
 * Reads an oplog from its start. Data operations come out in the order in which they took effect; commands (create, drop,
 * rename, collMod, index builds) change the catalogue and never come out, so no command is ever run on the target. Make a new
 * one, with a new catalogue, for each pass.
 */
export class OplogRewriter {
  private readonly transactions = new TransactionAssembler();

  /**
   * @param isRelevant databases that the restore leaves alone are not even read
   * @param commands `skip` where the catalogue is already the one at the end of the oplog
   */
  constructor(
    private readonly catalogue: RestoreCatalogue,
    private readonly isRelevant: (database: string) => boolean,
    private readonly commands: 'edit' | 'skip',
  ) {}

  /** @throws AppError RESTORE_REFUSED (an entry that cannot be understood), OPLOG_GAP */
  operations(document: Buffer): DataOperation[] {
    return this.transactions.add(parseOplogEntry(document)).flatMap((entry) => this.operation(entry) ?? []);
  }

  /** The same for one entry that took effect by itself, or one operation of a transaction that committed. */
  operation(entry: OplogEntry): DataOperation | undefined {
    if (entry.op === 'n') return undefined;
    const { database, collection } = parseNamespace(entry.ns.replace(/\.\$cmd$/, '.command'));
    if (!this.isRelevant(database)) return undefined;
    if (entry.op === 'c') return this.commands === 'edit' ? this.command(entry, database) : undefined;
    if (entry.op !== 'i' && entry.op !== 'u' && entry.op !== 'd') {
      throw new AppError(
        'RESTORE_REFUSED',
        `The oplog of this backup holds an entry of an unknown kind on ${entry.ns}.`,
      );
    }
    if (collection === 'system.views') return this.commands === 'edit' ? this.editView(entry) : undefined;
    const found = this.catalogue.find(visible(database, collection), entry.uuid);
    return found && { op: entry.op, collection: found, o: entry.o, o2: entry.o2 };
  }

  private command(entry: OplogEntry, database: string): undefined {
    const o = decodeOrdered(entry.o);
    const [name = ''] = Object.keys(o);
    const first: unknown = o[name];
    const isRename = name === 'renameCollection';
    const namespace = isRename ? String(first) : visible(database, typeof first === 'string' ? first : '');
    const dropTarget = o.dropTarget instanceof Binary ? o.dropTarget.toString('hex') : undefined;
    applyDdl(this.catalogue, { name, database, namespace, uuid: entry.uuid, dropTarget, o });
  }

  /** Views are documents of `system.views`: `{_id: 'database.view', viewOn, pipeline, collation?}`. */
  private editView(entry: OplogEntry): undefined {
    const o = decodeOrdered(entry.o);
    const id = String((entry.op === 'u' && entry.o2 ? decodeOrdered(entry.o2) : o)._id);
    if (entry.op === 'd') {
      this.catalogue.views.delete(id);
      return;
    }
    const view = this.catalogue.views.get(id);
    const { _id, ...options } = applyUpdate(view, o) ?? {};
    // The view of a time-series collection is made with it.
    if (options.viewOn !== undefined && !String(options.viewOn).startsWith(BUCKETS_PREFIX))
      this.catalogue.views.set(id, options);
  }
}

/** A time-series collection is known by its own name, its data lie in `system.buckets.<name>`. */
export function visible(database: string, collection: string): string {
  return `${database}.${collection.startsWith(BUCKETS_PREFIX) ? collection.slice(BUCKETS_PREFIX.length) : collection}`;
}

/**
 * The entry for `applyOps`, built anew from four parts: whatever else the oplog had (`ui`, `lsid`, `txnNumber`, `stmtId`,
 * `prevOpTime`, `ts`, images, tenant …) names the live collection or its sessions and cannot survive, because nothing is copied
 * over. The documents themselves are the bytes of the source.
 * @param isAllowed the plan's word on the namespace. @throws AppError RESTORE_REFUSED where it says no
 */
export function rewriteOperation(
  { op, o, o2 }: Pick<DataOperation, 'op' | 'o' | 'o2'>,
  target: Namespace,
  isAllowed: (target: Namespace) => boolean,
): Buffer {
  if (!isAllowed(target)) {
    throw new AppError(
      'RESTORE_REFUSED',
      `${target.database}.${target.collection} is outside the plan of this restore.`,
    );
  }
  const parts = [
    bsonText('op', op),
    bsonText('ns', `${target.database}.${target.collection}`),
    bsonElement(BSON_DOCUMENT, 'o', o),
  ];
  // Inserts carry a copy of their key in `o2`, which older servers do not know.
  if (op === 'u' && o2) parts.push(bsonElement(BSON_DOCUMENT, 'o2', o2));
  return bsonDocument(parts);
}
