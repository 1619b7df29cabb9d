import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { currentContext } from '@lucid/core/request-context';
import { isRole, roleAllows } from '@lucid/models/roles';
import { InjectClock, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { BSON, ReadConcern, UUID, type Collection, type Db, type Document } from 'mongodb';
import { CollectionCatalogue, type CollectionType } from '../collections/collection-catalogue.ts';
import { collectionName, modelOfCollection, writableCollectionName } from '../collections/collection-names.ts';

/** A collection whose documents are asked for. */
export interface DocumentCollection {
  readonly name: string;
  readonly type: CollectionType;
  /** Texts are compared by other rules than byte by byte: two that differ may be one `_id`. */
  readonly hasCollation: boolean;
  readonly isCapped: boolean;
  /** Of a time series: the field that holds its times. */
  readonly timeField: string | undefined;
  /** Of this very collection, and of no other that takes its name; null of a view and of a time series. */
  readonly uuid: UUID | null;
  /** The collection that is read in the end, as far as its name tells: a view's source, a time series' buckets. */
  readonly source: string;
  /** Critical ones are read with read concern majority; everything is written with write concern majority. */
  readonly collection: Collection<Document>;
}

/** For so long it is believed that a collection is there: a document more or less is not worth a look at the catalogue. */
const KNOWN_MS = 1_000;
const MAX_KNOWN = 10_000;

/** The collections that callers may read and write documents of. */
@Injectable()
export class DocumentCollections {
  private readonly known = new Map<string, { entry: DocumentCollection; untilMs: number }>();

  constructor(
    private readonly catalogue: CollectionCatalogue,
    @InjectMainDatabase() private readonly database: Db,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError NAMESPACE_INVALID, COLLECTION_NOT_FOUND, FORBIDDEN as `readableName` */
  async readable(name: string): Promise<DocumentCollection> {
    const known = this.known.get(readableName(name));
    if (known && known.untilMs > this.clock.monotonicMs()) return known.entry;
    this.known.delete(name);
    const found = await this.catalogue.get(name);
    const { type, options } = found;
    const entry: DocumentCollection = {
      ...{ name, type, source: sourceOf(name, type, options), collection: this.of(name) },
      hasCollation: options['collation'] !== undefined,
      isCapped: options['capped'] === true,
      timeField: (options['timeseries'] as { timeField?: string } | undefined)?.timeField,
      uuid: found.uuid === null ? null : new UUID(found.uuid),
    };
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    this.known.set(name, { entry, untilMs: this.clock.monotonicMs() + KNOWN_MS });
    return entry;
  }

  /** The catalogue is looked at again: what was known of the collection is not so any more. */
  forget(name: string): void {
    this.known.delete(name);
  }

  /** @throws AppError as `readable`; FORBIDDEN for the suite's own; CONFLICT for a view */
  async writable(name: string): Promise<DocumentCollection> {
    const entry = await this.readable(writableCollectionName(name));
    if (entry.type === 'view') throw new AppError('CONFLICT', `${name} is a view: write to the collection it reads`);
    return entry;
  }

  /** As `writable`, of a collection whose single documents can be changed. @throws AppError CONFLICT for a time series and a capped one */
  async changeable(name: string): Promise<DocumentCollection> {
    const entry = await this.writable(name);
    if (entry.type === 'timeseries')
      throw new AppError('CONFLICT', `${name} is a time series: MongoDB only adds to it, and removes by its expiry`);
    // It would answer each attempt with a conflict that seems to pass.
    if (entry.isCapped)
      throw new AppError('CONFLICT', `${name} is capped: MongoDB changes none of its documents in a transaction`);
    return entry;
  }

  /** Without asking whether it is there. @throws AppError NAMESPACE_INVALID */
  of(name: string): Collection<Document> {
    const isCritical = modelOfCollection(collectionName(name))?.critical === true;
    return this.database.collection(name, isCritical ? { readConcern: new ReadConcern('majority') } : {});
  }
}

/** Collections whose documents are as secret as the route that shows them: the audit trail. */
const FOR_ADMINS: ReadonlySet<string> = new Set(['audit_logs']);

/** The name of a collection whose documents this caller may read. @throws AppError NAMESPACE_INVALID; FORBIDDEN for what admins alone read */
export function readableName(name: string): string {
  if (!FOR_ADMINS.has(collectionName(name))) return name;
  const role = currentContext()?.actor?.role;
  if (isRole(role) && roleAllows(role, 'admin')) return name;
  throw new AppError('FORBIDDEN', `${name} is the audit trail: reading it needs the role admin`);
}

function sourceOf(name: string, type: CollectionType, options: Document): string {
  if (type === 'timeseries') return `system.buckets.${name}`;
  return type === 'view' ? String(options['viewOn']) : name;
}

/** What the driver threw, and what the server says of values it cannot store, as errors of the registry. */
export function toDocumentError(error: unknown): unknown {
  const known = toMongoAppError(error);
  if (known || !(error instanceof Error)) return known ?? error;
  return refusedValue(error) ?? error;
}

const BSON_TOO_LARGE = new Set([10334, 17280, 17419, 17420, 10003]);
const REFUSED_FIELD = new Set([2, 14, 15, 40, 52, 53, 54, 56, 57, 58, 59, 66]);
const NOT_IN_TRANSACTION = 263;
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** The driver checks this of its own bulks only, and writes past its buffer elsewhere. @throws AppError DOCUMENT_TOO_LARGE */
export function assertDocumentSize(document: Document): void {
  if (isTooLarge(document)) throw tooLarge();
}

export function isTooLarge(document: Document): boolean {
  return documentSize(document) > MAX_DOCUMENT_BYTES;
}

/** Bytes of it as BSON. */
export function documentSize(document: Document): number {
  return BSON.calculateObjectSize(document, { ignoreUndefined: true });
}

export function tooLarge(cause?: unknown): AppError {
  return new AppError('DOCUMENT_TOO_LARGE', 'a document has at most 16 MiB as BSON', { cause });
}

function refusedValue(error: Error & { code?: unknown }): AppError | undefined {
  const code = Number(error.code);
  const isOfDriver = ['BSONError', 'BSONRuntimeError', 'MongoInvalidArgumentError'].includes(error.name);
  if (BSON_TOO_LARGE.has(code) || (isOfDriver && /larger than|too large/i.test(error.message))) return tooLarge(error);
  if (isOfDriver || REFUSED_FIELD.has(code)) {
    const detail = 'MongoDB cannot store a value or a name of a field in it: check names that begin with "$"';
    return new AppError('DOCUMENT_INVALID', detail, { cause: error });
  }
  if (code === NOT_IN_TRANSACTION) {
    const detail =
      'MongoDB does not do this to such a collection in one step: send it without `atomic` and Idempotency-Key';
    return new AppError('CONFLICT', detail, { cause: error });
  }
  return undefined;
}
