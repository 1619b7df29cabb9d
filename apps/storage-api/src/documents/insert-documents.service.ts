import { bsonToJson } from '@lucid/clients/mongodb/bson-to-json';
import { documentCacheId } from '@lucid/clients/redis/document-keys';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { MongoError, ObjectId, type ClientSession, type Document, type MongoServerError } from 'mongodb';
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
import { InsertCommands } from './insert-commands.ts';
import type { BulkRequest } from './request-documents.ts';
import { storedBytes } from './stored-document.ts';
import { missingTime } from './time-field.ts';

export interface InsertedDocument {
  readonly id: unknown;
  /** None of a time series, which arranges what it stores anew, and whose documents cannot be changed. */
  readonly etag?: string;
  readonly body: Buffer;
}

/** Stores new documents. A step-down in the middle is not seen: each write is tried once more, a transaction as a whole. */
@Injectable()
export class InsertDocumentsService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly repository: DocumentsRepository,
    private readonly commands: InsertCommands,
    private readonly cache: DocumentCache,
  ) {}

  /** @throws AppError COLLECTION_NOT_FOUND, DUPLICATE_KEY, DOCUMENT_INVALID, DOCUMENT_TOO_LARGE */
  async insertOne(name: string, document: Document, session?: ClientSession): Promise<InsertedDocument> {
    const target = await this.collections.writable(name);
    const identified = withId(document);
    const id: unknown = identified['_id'];
    try {
      assertDocumentSize(identified);
      const refused = await this.commands.insert(name, [identified], { ordered: true, isSmall: true, session });
      const [error] = refused.values();
      if (error) throw refusalOf(error, target, identified);
      await this.cache.forget(name, [documentCacheId(id)]);
      const bson = storedBytes(document, id) ?? (await this.stored(target, id, session));
      return { id, ...(target.type !== 'timeseries' && { etag: etagOf(bson) }), body: bsonToJson(bson) };
    } catch (error) {
      throw session && isTransient(error) ? error : toDocumentError(error);
    }
  }

  /**
   * Stores each one that can be stored; an ordered bulk ends at the first that cannot. An atomic one is stored as a whole or not at all,
   * in the transaction of the session or in one of its own.
   * @throws AppError as `insertOne` where none was tried, or where it is atomic
   */
  async insertMany(name: string, request: BulkRequest, session?: ClientSession): Promise<BulkResult> {
    const target = await this.collections.writable(name);
    const documents = request.documents.map(withId);
    try {
      if (!request.atomic) {
        const refused = await this.store(target, documents, request);
        const [first] = refused.keys();
        return bulkResult(documents, refused, request.ordered ? first : undefined);
      }
      const storeAll = (own: ClientSession): Promise<void> => this.storeAll(target, documents, request, own);
      await (session ? storeAll(session) : this.repository.inTransaction(storeAll));
      return bulkResult(documents, new Map());
    } catch (error) {
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
        const found = await this.tryStore(target, documents, rest, request);
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

  /** @returns what refused which of the documents at the indexes, the first one first */
  private async tryStore(
    target: DocumentCollection,
    documents: readonly Document[],
    indexes: readonly number[],
    request: BulkRequest,
  ): Promise<Map<number, AppError>> {
    const some = indexes.map((index) => documents[index] ?? {});
    const failed = await this.store(target, some, request);
    return new Map([...failed].map(([index, error]) => [indexes[index] ?? index, error]));
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

  /** @returns what refused which of them, the first one first */
  private async store(
    target: DocumentCollection,
    documents: readonly Document[],
    { ordered, isSmall }: BulkRequest,
  ): Promise<Map<number, AppError>> {
    const refused = await this.commands.insert(target.name, documents, { ordered, isSmall });
    const entries = [...refused].sort(([a], [b]) => a - b);
    return new Map(entries.map(([index, error]) => [index, refusalOf(error, target, documents[index] ?? {})]));
  }

  /** @throws AppError with a pointer to the first one that is refused; what makes the transaction start again */
  private async storeAll(
    target: DocumentCollection,
    documents: readonly Document[],
    { isSmall }: BulkRequest,
    session: ClientSession,
  ): Promise<void> {
    const refused = await this.commands.insert(target.name, documents, { ordered: true, isSmall, session });
    const [first] = refused;
    if (!first) return;
    const [index, error] = first;
    throw ofDocument(refusalOf(error, target, documents[index] ?? {}), index, error);
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

/** What the server says against one document. */
function refusalOf(error: MongoServerError, { timeField }: DocumentCollection, document: Document): AppError {
  const known = missingTime(error, timeField, document) ?? toDocumentError(error);
  return known instanceof AppError ? known : new AppError('DOCUMENT_INVALID', 'MongoDB refused it', { cause: error });
}

/** An error of the whole bulk, with the document it is about where that can be told. */
function explained(error: unknown, documents: Document[]): unknown {
  const known = toDocumentError(error);
  if (!(known instanceof AppError) || known.code !== 'DOCUMENT_TOO_LARGE') return known;
  const index = documents.findIndex(isTooLarge);
  return index < 0 ? known : ofDocument(known, index, error);
}

function ofDocument(known: AppError, index: number, cause: unknown): AppError {
  const pointer = `/documents/${String(index)}`;
  const found = known.errors ?? [{ pointer: '', code: known.code, message: known.message }];
  const errors = found.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` }));
  return new AppError(known.code, `${pointer}: ${known.message}; nothing was stored`, { cause, errors });
}
