import { bsonToJson } from '@lucid/clients/mongodb/bson-to-json';
import { documentCacheId } from '@lucid/clients/redis/document-keys';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import {
  MongoBulkWriteError,
  MongoError,
  MongoServerError,
  ObjectId,
  type ClientSession,
  type Document,
} from 'mongodb';
import { DocumentCache } from '../cache/document-cache.ts';
import { bulkResult, type BulkResult } from './bulk-result.ts';
import {
  DocumentCollections,
  assertDocumentSize,
  isTooLarge,
  toDocumentError,
  type DocumentCollection,
} from './document-collections.ts';
import { etagOf } from './document-etag.ts';
import { DocumentsRepository } from './documents.repository.ts';
import type { BulkRequest } from './request-documents.ts';
import { storedBytes } from './stored-document.ts';

export interface InsertedDocument {
  readonly id: unknown;
  /** None of a time series, which arranges what it stores anew, and whose documents cannot be changed. */
  readonly etag?: string;
  readonly body: Buffer;
}

/** Each has its `_id` by then; left to itself the driver would put another in the place of null. */
const AS_GIVEN = { forceServerObjectId: true } as const;

/** Stores new documents. A step-down in the middle is not seen: the driver tries each write once more, a transaction as a whole. */
@Injectable()
export class InsertDocumentsService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly repository: DocumentsRepository,
    private readonly cache: DocumentCache,
  ) {}

  /** @throws AppError COLLECTION_NOT_FOUND, DUPLICATE_KEY, DOCUMENT_INVALID, DOCUMENT_TOO_LARGE */
  async insertOne(name: string, document: Document, session?: ClientSession): Promise<InsertedDocument> {
    const target = await this.collections.writable(name);
    const identified = withId(document);
    const id: unknown = identified['_id'];
    try {
      assertDocumentSize(identified);
      await target.collection.insertOne(identified as never, { session, ...AS_GIVEN });
      await this.cache.forget(name, [documentCacheId(id)]);
      const bson = storedBytes(document, id) ?? (await this.stored(target, id, session));
      return { id, ...(target.type !== 'timeseries' && { etag: etagOf(bson) }), body: bsonToJson(bson) };
    } catch (error) {
      throw session && isTransient(error) ? error : toDocumentError(error);
    }
  }

  /**
   * Stores each one that can be stored; an ordered bulk ends at the first that cannot. With a session, all or none.
   * @throws AppError as `insertOne` where none was tried, or where it is atomic
   */
  async insertMany(name: string, request: BulkRequest, session?: ClientSession): Promise<BulkResult> {
    const target = await this.collections.writable(name);
    const documents = request.documents.map(withId);
    try {
      if (request.atomic && !session) {
        await this.repository.inTransaction((own) => this.store(target, documents, true, own));
        return bulkResult(documents, new Map());
      }
      await this.store(target, documents, request.ordered || request.atomic, session);
      return bulkResult(documents, new Map());
    } catch (error) {
      if (error instanceof MongoBulkWriteError && !request.atomic && hasWriteErrors(error))
        return failedResult(documents, error, request.ordered);
      throw session && isTransient(error) ? error : explained(error, documents);
    } finally {
      await this.forget(target, request.documents);
    }
  }

  /**
   * As `insertMany`, of a bulk of which another try may have stored a part or be storing it now. `made` are the documents whose ids were
   * made for this bulk alone: one that is there by now is stored, whoever did it, and an ordered bulk goes on behind it.
   */
  async insertRest(name: string, request: BulkRequest, made: ReadonlySet<number>): Promise<BulkResult> {
    const target = await this.collections.writable(name);
    const documents = request.documents.map(withId);
    try {
      for (let rest = [...documents.keys()]; ;) {
        const found = await this.tryStore(target, documents, rest, request.ordered);
        const first = found.keys().next().value;
        if (first === undefined) return bulkResult(documents, found);
        const behind = rest.filter((index) => index >= first);
        const stored = await this.storedOf(target, documents, new Set(behind.filter((index) => made.has(index))));
        for (const index of stored) found.delete(index);
        if (!request.ordered || found.size > 0)
          return bulkResult(documents, found, request.ordered ? first : undefined);
        rest = behind.filter((index) => !stored.has(index));
        if (rest.length === 0) return bulkResult(documents, found);
      }
    } catch (error) {
      throw explained(error, documents);
    } finally {
      await this.forget(target, request.documents);
    }
  }

  /** @returns what refused which of them, the first one first */
  private async tryStore(
    target: DocumentCollection,
    documents: readonly Document[],
    indexes: readonly number[],
    ordered: boolean,
  ): Promise<Map<number, AppError>> {
    try {
      const some = indexes.map((index) => documents[index] ?? {});
      await this.store(target, some, ordered);
      return new Map();
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || !hasWriteErrors(error)) throw error;
      const failed = [error.writeErrors].flat().sort((a, b) => a.index - b.index);
      return new Map(failed.map((one) => [indexes[one.index] ?? one.index, itemError(one)]));
    }
  }

  /** Those of the documents whose ids are there. */
  private async storedOf(
    { collection }: DocumentCollection,
    documents: readonly Document[],
    indexes: ReadonlySet<number>,
  ): Promise<Set<number>> {
    const ids = [...indexes].map((index) => documents[index]?.['_id'] as ObjectId);
    const found = await this.repository.findIds(collection, ids);
    return new Set([...indexes].filter((index) => found.has(String(documents[index]?.['_id']))));
  }

  private async store(
    { collection }: DocumentCollection,
    documents: Document[],
    ordered: boolean,
    session?: ClientSession,
  ): Promise<void> {
    await collection.insertMany(documents as never[], { ordered, session, ...AS_GIVEN });
  }

  /** Ids of ours are new and in no cache; those of callers may be of a document that was there, and removed elsewhere. */
  private async forget({ name }: DocumentCollection, given: readonly Document[]): Promise<void> {
    const ids = given.filter((document) => document['_id'] !== undefined).map(({ _id }) => documentCacheId(_id));
    if (ids.length > 0) await this.cache.forget(name, ids);
  }

  private async stored({ collection }: DocumentCollection, id: unknown, session?: ClientSession): Promise<Buffer> {
    const bson = session
      ? (await this.repository.findStored(collection, id, session))?.bson
      : await this.repository.findForCache(collection, id);
    if (bson) return bson;
    throw new AppError('DOCUMENT_NOT_FOUND', 'the document was stored, and removed by somebody else at once');
  }
}

/** With an `_id`, first as the server has it, so that nothing has to be asked or moved. */
function withId(document: Document): Document {
  return document['_id'] === undefined ? { _id: new ObjectId(), ...document } : document;
}

/** What the transaction around it tries again, if it gets to see it. */
function isTransient(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel('TransientTransactionError');
}

function hasWriteErrors(error: MongoBulkWriteError): boolean {
  return [error.writeErrors].flat().length > 0;
}

function failedResult(documents: Document[], error: MongoBulkWriteError, ordered: boolean): BulkResult {
  const failures = new Map([error.writeErrors].flat().map((one) => [one.index, itemError(one)] as const));
  const endedAt = ordered ? Math.min(...failures.keys()) : documents.length;
  return bulkResult(documents, failures, endedAt);
}

interface ItemFailure {
  readonly code: number;
  readonly errmsg?: string | undefined;
  readonly err: { errInfo?: Document };
}

/** A write error of a bulk, translated as if the document had been sent alone. */
function itemError({ code, errmsg, err }: ItemFailure): AppError {
  const alone = new MongoServerError({ message: errmsg ?? '', code, ...(err.errInfo && { errInfo: err.errInfo }) });
  const known = toDocumentError(alone);
  return known instanceof AppError ? known : new AppError('DOCUMENT_INVALID', 'MongoDB refused it', { cause: alone });
}

/** An error of the whole bulk, with the document it is about where that can be told. */
function explained(error: unknown, documents: Document[]): unknown {
  const first = error instanceof MongoBulkWriteError ? [error.writeErrors].flat()[0] : undefined;
  const known = first ? itemError(first) : toDocumentError(error);
  if (!(known instanceof AppError)) return known;
  const index = first?.index ?? (known.code === 'DOCUMENT_TOO_LARGE' ? documents.findIndex(isTooLarge) : -1);
  if (index < 0) return known;
  const pointer = `/documents/${String(index)}`;
  const found = known.errors ?? [{ pointer: '', code: known.code, message: known.message }];
  const errors = found.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` }));
  return new AppError(known.code, `${pointer}: ${known.message}; nothing was stored`, { cause: error, errors });
}
