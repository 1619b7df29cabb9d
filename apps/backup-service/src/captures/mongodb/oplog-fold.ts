import type { Document } from 'bson';
import { decodeExact } from './oplog-bson.ts';
import { applyUpdate } from './oplog-diff.ts';
import type { OplogEntry } from './oplog-entry.ts';
import { OplogRewriter, visible } from './oplog-rewriter.ts';
import { type CatalogueCollection, RestoreCatalogue } from './restore-catalogue.ts';
import { BUCKETS_PREFIX, parseNamespace } from './restore-names.ts';
import type { RestoreSource, SourceCollection } from './restore-source.ts';

export type FoldedCatalogue = Pick<
  RestoreSource,
  'collections' | 'views' | 'unseen' | 'users' | 'roles' | 'wholeDatabases' | 'featureCompatibilityVersion'
>;

const VIEWS = /\.system\.views$/;
const FEATURE_COMPATIBILITY = 'featureCompatibilityVersion';

/**
 * Brings the catalogue of a backup of everything from Tend to a later time: collections by UUID with options and indexes, views,
 * users, roles, the feature compatibility version. Documents are not touched. Give it each operation after Tend once, in the
 * order in which they took effect.
 */
export class OplogFold {
  private readonly catalogue: RestoreCatalogue;
  private readonly rewriter: OplogRewriter;
  private readonly users: DocumentFold;
  private readonly roles: DocumentFold;
  private readonly versions: DocumentFold;
  /**
   * A time series is a view over its buckets. Where another collection takes its name while it is made, MongoDB leaves buckets behind that
   * have none.
   */
  private readonly seriesViews: Set<string>;

  constructor(
    private readonly source: RestoreSource,
    isRelevant: (database: string) => boolean,
  ) {
    this.catalogue = new RestoreCatalogue(source);
    this.rewriter = new OplogRewriter(this.catalogue, isRelevant, 'edit');
    this.users = new DocumentFold(source.users ?? []);
    this.roles = new DocumentFold(source.roles ?? []);
    const series = source.collections.filter(({ type }) => type === 'timeseries');
    this.seriesViews = new Set(series.map(({ namespace }) => namespace));
    this.versions = new DocumentFold([{ _id: FEATURE_COMPATIBILITY, version: source.featureCompatibilityVersion }]);
  }

  /** @throws AppError RESTORE_REFUSED for a command or an update it does not know */
  add(entry: OplogEntry): void {
    const documents = this.documentsOf(entry.ns);
    this.addSeriesView(entry);
    if (documents) documents.add(entry);
    else if (entry.op === 'c' || VIEWS.test(entry.ns)) this.rewriter.operation(entry);
  }

  result(): FoldedCatalogue {
    const { source, catalogue } = this;
    const collections = catalogue.alive.filter(({ isUnseen }) => !isUnseen).map((one) => this.toSource(one));
    const unseen = catalogue.alive.filter(({ isUnseen }) => isUnseen).map(({ namespace }) => namespace);
    const views = [...catalogue.views].map(([namespace, options]) => ({ namespace, options }));
    const databases = [...collections, ...views].map(({ namespace }) => namespace.slice(0, namespace.indexOf('.')));
    const version: unknown = this.versions.get(FEATURE_COMPATIBILITY)?.version;
    return {
      collections,
      views,
      unseen,
      wholeDatabases: [...new Set([...source.wholeDatabases, ...databases])].sort(),
      featureCompatibilityVersion: typeof version === 'string' ? version : source.featureCompatibilityVersion,
      users: this.users.all,
      roles: this.roles.all,
    };
  }

  private addSeriesView({ op, ns, o: bytes }: OplogEntry): void {
    if (op !== 'c' && !VIEWS.test(ns)) return;
    const { _id: id, viewOn, drop } = decodeExact(bytes);
    if (op === 'c') {
      if (drop !== 'system.views') return;
      const prefix = ns.replace(/\$cmd$/, '');
      for (const series of [...this.seriesViews]) if (series.startsWith(prefix)) this.seriesViews.delete(series);
    } else if (op === 'd') this.seriesViews.delete(String(id));
    else if (String(viewOn).startsWith(BUCKETS_PREFIX)) this.seriesViews.add(String(id));
  }

  private toSource({ namespace, type, uuid, options, indexes, source }: CatalogueCollection): SourceCollection {
    const { database, collection } = parseNamespace(namespace);
    const isBuckets = type === 'timeseries' || collection.startsWith(BUCKETS_PREFIX);
    const series = visible(database, collection);
    const isSeries = isBuckets && this.seriesViews.has(series);
    const stray = series.replace('.', `.${BUCKETS_PREFIX}`);
    return {
      namespace: isSeries ? series : isBuckets ? stray : namespace,
      type: isSeries ? 'timeseries' : 'collection',
      uuid,
      options: isSeries ? seriesOptions(options) : asCreated(options),
      indexes: [...indexes.values()],
      stream: source?.stream,
      documents: source?.documents ?? 0,
      bytes: source?.bytes ?? 0,
    };
  }

  private documentsOf(namespace: string): DocumentFold | undefined {
    if (namespace === 'admin.system.users') return this.users;
    if (namespace === 'admin.system.roles') return this.roles;
    return namespace === 'admin.system.version' ? this.versions : undefined;
  }
}

/** A few small documents with text as their `_id`, brought along an oplog. */
class DocumentFold {
  private readonly documents: Map<string, Document>;

  constructor(documents: readonly Document[]) {
    this.documents = new Map(documents.map((document) => [String(document._id), document]));
  }

  add({ op, o: bytes, o2 }: OplogEntry): void {
    if (op !== 'i' && op !== 'u' && op !== 'd') return;
    const o = decodeExact(bytes);
    const id = String((op === 'u' && o2 ? decodeExact(o2) : o)._id);
    const next = op === 'd' ? undefined : applyUpdate(this.documents.get(id), o);
    if (next) this.documents.set(id, next);
    else this.documents.delete(id);
  }

  get(id: string): Document | undefined {
    return this.documents.get(id);
  }

  get all(): Document[] | undefined {
    return this.documents.size > 0 ? [...this.documents.values()] : undefined;
  }
}

/** What collMod has set under other names than `create` takes it by. */
function asCreated({ cappedSize, cappedMax, ...options }: Document): Document {
  return {
    ...options,
    ...(cappedSize !== undefined && { size: cappedSize }),
    ...(cappedMax !== undefined && { max: cappedMax }),
  };
}

/** Of the options that its buckets have, those that a time series is made with. */
function seriesOptions({ timeseries, expireAfterSeconds }: Document): Document {
  return { timeseries, ...(expireAfterSeconds !== undefined && { expireAfterSeconds }) };
}
