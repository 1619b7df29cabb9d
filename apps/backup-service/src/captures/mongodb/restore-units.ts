import { AppError } from '@lucid/core/app-error';
import { documentsOf, idKeyOf } from './oplog-bson.ts';
import { type DataOperation, OplogRewriter } from './oplog-rewriter.ts';
import { type CatalogueCollection, RestoreCatalogue } from './restore-catalogue.ts';
import { BUCKETS_PREFIX, type Namespace, parseNamespace, stagingName } from './restore-names.ts';
import type { RestorePlan } from './restore-plan.ts';
import type { RestoreSource } from './restore-source.ts';

/** Documents that the oplog touches, over all collections; beyond it the content of further collections is not compared. */
const MAX_TOUCHED = 500_000;

/** One collection to restore. */
export interface RestoreUnit {
  readonly number: number;
  readonly collection: CatalogueCollection;
  /** Its name in the end. */
  readonly final: Namespace;
  /** Its name while it is restored: staging, or the final one where a rename is impossible. */
  readonly working: Namespace;
  /** Where its documents go: `working`, or the buckets of a time-series collection. */
  readonly physical: Namespace;
  readonly isDirect: boolean;
  /** `_id` of each document the oplog touches, and whether it is there at the end. Undefined: too many to keep. */
  touched: Map<string, boolean> | undefined;
  /**
   * Of a capped collection, `_id` of each document that the oplog inserts: their order counts, so they come from the oplog alone and
   * those of the stream are passed over. Left out for others, and where there are too many to keep.
   */
  inserted?: ReadonlySet<string>;
}

export interface RestoreUnits {
  readonly units: readonly RestoreUnit[];
  /** Views at the end of the oplog, by their final names. */
  readonly views: readonly { readonly final: Namespace; readonly options: Record<string, unknown> }[];
  readonly oplogEntries: number;
}

/**
 * First pass over the oplog, before anything is written: which collections live to the end and under which name, and which
 * documents the oplog touches. The result is the same in every run over the same backup and plan.
 * @throws AppError RESTORE_REFUSED, OPLOG_GAP
 */
export async function findUnits(
  source: RestoreSource,
  plan: RestorePlan,
  restoreId: string,
  signal: AbortSignal,
): Promise<RestoreUnits> {
  const catalogue = new RestoreCatalogue(source);
  const touched = new TouchedDocuments();
  let oplogEntries = 0;
  for await (const operation of oplogOperations(source, plan, catalogue, signal)) {
    touched.add(operation);
    oplogEntries += 1;
  }
  const units: RestoreUnit[] = [];
  for (const collection of catalogue.alive) {
    const target = plan.targetOf(collection.namespace);
    if (target === undefined) continue;
    if (collection.isUnseen) throw refuseUnseen(collection.namespace);
    const unit = unitOf(collection, parseNamespace(target), restoreId, touched.of(collection.number));
    const inserted = collection.options.capped === true ? touched.insertedIn(collection.number) : undefined;
    units.push(inserted ? { ...unit, inserted } : unit);
  }
  const names = new Set(units.map(({ final }) => `${final.database}.${final.collection}`));
  if (names.size < units.length)
    throw new AppError('RESTORE_REFUSED', 'Two collections of the backup have the same name.');
  const views = [...catalogue.views].flatMap(([namespace, options]) => {
    const target = plan.targetOf(namespace);
    return target === undefined ? [] : [{ final: parseNamespace(target), options }];
  });
  return { units, views, oplogEntries };
}

/** The data operations of the whole oplog in order. Edits the catalogue on the way: give each pass a new one. */
export async function* oplogOperations(
  source: RestoreSource,
  plan: Pick<RestorePlan, 'isRelevant'>,
  catalogue: RestoreCatalogue,
  signal: AbortSignal,
): AsyncGenerator<DataOperation> {
  const commands = source.catalogueAt === 'end' ? 'skip' : 'edit';
  const rewriter = new OplogRewriter(catalogue, (database) => plan.isRelevant(database), commands);
  for (const stream of source.oplogStreams) {
    for await (const chunk of source.read(stream, { signal })) {
      signal.throwIfAborted();
      for (const entry of documentsOf(chunk)) yield* rewriter.operations(entry);
    }
  }
}

function unitOf(
  collection: CatalogueCollection,
  final: Namespace,
  restoreId: string,
  touched: Map<string, boolean> | undefined,
): RestoreUnit {
  const isSeries = collection.type === 'timeseries';
  const isDirect = isSeries || final.collection.startsWith('system.');
  const { number } = collection;
  const working = isDirect ? final : { database: final.database, collection: stagingName(restoreId, number) };
  const physical = isSeries ? { ...working, collection: `${BUCKETS_PREFIX}${working.collection}` } : working;
  return { number, collection, final, working, physical, isDirect, touched };
}

class TouchedDocuments {
  private readonly byCollection = new Map<number, Map<string, boolean> | undefined>();
  private readonly inserted = new Map<number, Set<string>>();
  private count = 0;

  add({ op, collection, o, o2 }: DataOperation): void {
    const { number } = collection;
    const key = idKeyOf(op === 'u' && o2 ? o2 : o);
    if (key === undefined)
      throw new AppError('RESTORE_REFUSED', 'The oplog of this backup changes a document without _id.');
    if (!this.byCollection.has(number)) this.byCollection.set(number, new Map());
    const keys = this.byCollection.get(number);
    if (!keys) return;
    if (!keys.has(key)) this.count += 1;
    keys.set(key, op !== 'd');
    if (op === 'i' && collection.options.capped === true) this.insertedBy(number).add(key);
    if (this.count <= MAX_TOUCHED) return;
    this.count -= keys.size;
    this.byCollection.set(number, undefined);
    this.inserted.delete(number);
  }

  /** Undefined: too many to keep, or none. */
  insertedIn(number: number): ReadonlySet<string> | undefined {
    return this.inserted.get(number);
  }

  private insertedBy(number: number): Set<string> {
    const keys = this.inserted.get(number) ?? new Set();
    this.inserted.set(number, keys);
    return keys;
  }

  of(number: number): Map<string, boolean> | undefined {
    return this.byCollection.has(number) ? this.byCollection.get(number) : new Map();
  }
}

function refuseUnseen(namespace: string): AppError {
  return new AppError(
    'RESTORE_REFUSED',
    `${namespace} got its name during the backup from a collection that was not backed up: restore another backup.`,
  );
}
