import type { Document } from 'bson';
import type { RestoreSource, SourceCollection } from './restore-source.ts';

/** A collection on its way through the oplog. Names are those of the source. */
export interface CatalogueCollection {
  /** Its place in the catalogue, the same in every run over the same backup: the number of its staging name. */
  readonly number: number;
  readonly uuid: string | undefined;
  /** Where it was when the backup listed it; undefined for one that the oplog created. */
  readonly source: SourceCollection | undefined;
  readonly type: 'collection' | 'timeseries';
  namespace: string;
  options: Document;
  /** By name, `_id_` left out. */
  readonly indexes: Map<string, Document>;
  /** False once the oplog dropped it. */
  isAlive: boolean;
  /** The backup has not its documents: it came in by a rename from outside what was backed up, or was gone at the listing. */
  readonly isUnseen: boolean;
}

type NewCollection = Omit<CatalogueCollection, 'number' | 'indexes' | 'isAlive' | 'isUnseen'>;

/**
 * Collections, indexes and views of a backup, brought from the time they were listed to the end of the oplog. Every edit may
 * come twice, or for something that the listing already shows: the listing was made while the oplog ran.
 */
export class RestoreCatalogue {
  readonly collections: CatalogueCollection[] = [];
  readonly views = new Map<string, Document>();
  private readonly byUuid = new Map<string, CatalogueCollection>();

  constructor(source: RestoreSource) {
    for (const collection of source.collections) {
      const { namespace, type, uuid, options, indexes } = collection;
      const added = this.add({ namespace, type, uuid, options, source: collection });
      for (const index of indexes) this.putIndex(added, index);
    }
    for (const { namespace, options } of source.views) this.views.set(namespace, options);
  }

  create(namespace: string, type: 'collection' | 'timeseries', uuid: string | undefined, options: Document): void {
    const known = this.find(namespace, uuid);
    if (known?.uuid !== undefined && known.uuid === uuid) return;
    // Without UUIDs a later create of the same name means that the listed one is this one.
    if (known && uuid === undefined) return;
    this.add({ namespace, type, uuid, options, source: undefined });
  }

  /** Keeps account of a collection without data: if it lives to the end, the backup lacks it. */
  addUnseen(namespace: string, uuid: string): void {
    this.add({ namespace, type: 'collection', uuid, options: {}, source: undefined }, true);
  }

  /** By UUID where the entry has one; an unknown UUID is a collection that was gone when the backup listed them. */
  find(namespace: string, uuid: string | undefined): CatalogueCollection | undefined {
    if (uuid !== undefined && this.byUuid.has(uuid)) return this.byUuid.get(uuid);
    const named = this.collections.findLast((one) => one.isAlive && one.namespace === namespace);
    return uuid === undefined || named?.uuid === undefined ? named : undefined;
  }

  get alive(): CatalogueCollection[] {
    return this.collections.filter(({ isAlive }) => isAlive);
  }

  putIndex(collection: CatalogueCollection, spec: Document): void {
    if (spec.name === '_id_' || spec.clustered) return;
    const { ns: _ns, background: _background, buildUUID: _buildUUID, ...rest } = spec;
    collection.indexes.set(String(spec.name), rest);
  }

  private add(collection: NewCollection, isUnseen = false): CatalogueCollection {
    const number = this.collections.length;
    const added: CatalogueCollection = { ...collection, number, indexes: new Map(), isAlive: true, isUnseen };
    this.collections.push(added);
    if (added.uuid !== undefined) this.byUuid.set(added.uuid, added);
    return added;
  }
}
