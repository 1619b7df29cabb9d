import { bsonToJson } from '@lucid/clients/mongodb/bson-to-json';
import { fromExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { documentCacheId } from '@lucid/clients/redis/document-keys';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { BSON, type Document } from 'mongodb';
import type { Operation } from 'rfc6902';
import { DocumentCache } from '../cache/document-cache.ts';
import {
  assertDocumentSize,
  DocumentCollections,
  toDocumentError,
  type DocumentCollection,
} from './document-collections.ts';
import { assertMatch, etagOf } from './document-etag.ts';
import { DocumentsRepository, exactDocument } from './documents.repository.ts';
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { parseDocument } from './request-documents.ts';
import { storedBytes } from './stored-document.ts';

export interface ChangedDocument {
  readonly etag: string;
  readonly body: Buffer;
}

/** Of a document that many change at once: how often it is read again before the caller is told to come back. */
const MAX_ATTEMPTS = 20;

/**
 * Replaces, patches and removes single documents. Each reads the document, compares its ETag and writes in one transaction, so nothing
 * can come between; a step-down or another writer makes the transaction start again.
 */
@Injectable()
export class ChangeDocumentService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly repository: DocumentsRepository,
    private readonly cache: DocumentCache,
  ) {}

  /** @throws AppError DOCUMENT_NOT_FOUND, PRECONDITION_FAILED, DOCUMENT_INVALID, DUPLICATE_KEY … */
  async replace(name: string, id: unknown, body: unknown, ifMatch: string): Promise<ChangedDocument> {
    const document = parseDocument(body);
    return this.change(name, id, ifMatch, () => document);
  }

  /** RFC 7396. @throws AppError as `replace` */
  async mergePatch(name: string, id: unknown, body: unknown, ifMatch: string): Promise<ChangedDocument> {
    const patch = parseDocument(body);
    if (patch['_id'] === null) throw immutableId('/_id');
    return this.change(name, id, ifMatch, (bson) => applyMergePatch(exactDocument(bson), patch));
  }

  /** RFC 6902, on the document's Extended JSON. @throws AppError as `replace`; PATCH_REFUSED */
  async jsonPatch(name: string, id: unknown, body: unknown, ifMatch: string): Promise<ChangedDocument> {
    const operations = parseJsonPatch(body);
    const removal = operations.findIndex(removesId);
    if (removal >= 0) throw immutableId(`/${String(removal)}`);
    return this.change(name, id, ifMatch, (bson) => {
      const json: unknown = JSON.parse(bsonToJson(bson).toString('utf8'));
      // What is applied becomes part of the result, and this may run again.
      return parseDocument(fromExtendedJson(applyJsonPatch(json, structuredClone(operations))));
    });
  }

  /** @throws AppError DOCUMENT_NOT_FOUND, PRECONDITION_FAILED */
  async remove(name: string, id: unknown, ifMatch: string): Promise<void> {
    await this.change(name, id, ifMatch, () => null);
  }

  /** What `remove` would do. @throws AppError as `remove` */
  async planRemoval(name: string, id: unknown, ifMatch: string): Promise<{ wouldRemove: number; etag: string }> {
    const { collection } = await this.collections.changeable(name);
    const bson = await this.repository.findForCache(collection, id);
    if (!bson) throw notFound(name);
    const etag = etagOf(bson);
    assertMatch(ifMatch, etag);
    return { wouldRemove: 1, etag };
  }

  private async change(
    name: string,
    id: unknown,
    ifMatch: string,
    edit: (bson: Buffer) => Document | null,
  ): Promise<ChangedDocument> {
    const target = await this.collections.changeable(name);
    let attempts = 0;
    try {
      const { storedId, bson } = await this.repository.inTransaction(async (session) => {
        attempts += 1;
        if (attempts > MAX_ATTEMPTS) throw busy();
        const stored = await this.repository.findStored(target.collection, id, session);
        if (!stored) throw notFound(name);
        assertMatch(ifMatch, etagOf(stored.bson));
        const edited = edit(stored.bson);
        if (!edited) await this.repository.remove(target.collection, stored.id, session);
        else await this.repository.replace(target.collection, stored.id, nextOf(edited, stored.id), session);
        const bson = edited ? await this.storedAs(target, edited, stored.id, session) : Buffer.alloc(0);
        return { storedId: stored.id, bson };
      });
      await this.cache.forget(name, [documentCacheId(storedId)]);
      return bson.length === 0 ? { etag: '', body: bson } : { etag: etagOf(bson), body: bsonToJson(bson) };
    } catch (error) {
      throw toDocumentError(error);
    }
  }

  /** The bytes that the server stores for it: ours, or read again where it fills something in. */
  private async storedAs(
    { collection }: DocumentCollection,
    edited: Document,
    id: unknown,
    session: Parameters<DocumentsRepository['findStored']>[2],
  ): Promise<Buffer> {
    const bytes = storedBytes({ ...edited, _id: id }, id);
    if (bytes) return bytes;
    const stored = await this.repository.findStored(collection, id, session);
    return stored?.bson ?? Buffer.alloc(0);
  }
}

/** What takes the place of the document: without its `_id`, which stays as it is stored. */
function nextOf(edited: Document, id: unknown): Document {
  assertDocumentSize(edited);
  const { _id: given, ...next } = edited;
  if (given !== undefined && !isSameId(given, id)) throw immutableId('/_id');
  return next;
}

/** Takes it the `_id` away? Another value in its place is found where the patch was applied. */
function removesId(operation: Operation): boolean {
  if (operation.op === 'move') return operation.from === '/_id';
  return operation.op === 'remove' && operation.path === '/_id';
}

function immutableId(pointer: string): AppError {
  const message = 'cannot be changed or removed: leave _id out, or send the id of the address';
  return new AppError('VALIDATION_FAILED', `_id ${message}`, { errors: [{ pointer, code: 'IMMUTABLE', message }] });
}

/** Numbers of any type are one `_id` where they are equal. */
function isSameId(given: unknown, stored: unknown): boolean {
  if (Buffer.compare(BSON.serialize({ a: given }), BSON.serialize({ a: stored })) === 0) return true;
  return isNumber(given) && isNumber(stored) && Number(given) === Number(stored);
}

function isNumber(value: unknown): boolean {
  const type = (value as { _bsontype?: string } | null)?._bsontype;
  return typeof value === 'number' || type === 'Int32' || type === 'Double' || type === 'Long';
}

function busy(): AppError {
  return new AppError('CONFLICT', 'others change this document all the time; try again', {
    retryable: true,
    retryAfterSeconds: 1,
  });
}

function notFound(name: string): AppError {
  return new AppError('DOCUMENT_NOT_FOUND', `there is no document of this id in ${name}`);
}
