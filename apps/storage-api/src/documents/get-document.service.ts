import { bsonToJson } from '@lucid/clients/mongodb/bson-to-json';
import { documentCacheId } from '@lucid/clients/redis/document-keys';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { ObjectId } from 'mongodb';
import { DocumentCache } from '../cache/document-cache.ts';
import { DocumentCollections, readableName, toDocumentError } from './document-collections.ts';
import { ETAG_LENGTH, etagOf } from './document-etag.ts';
import { DocumentsRepository, exactDocument } from './documents.repository.ts';
import { ScanGuard } from './scan-guard.service.ts';

/** How a document was come by, as `Cache-Status` tells it (RFC 9211). */
export type CacheStatus = 'hit' | 'fwd=miss' | 'fwd=request' | 'fwd=bypass';

export interface ReadDocument {
  readonly etag: string;
  readonly body: Buffer;
  readonly status: CacheStatus;
}

interface Loaded {
  readonly value: Buffer;
  readonly isCacheable: boolean;
}

/** Documents by id, through the cache. What lies there is the ETag with the body behind it: on a hit nothing is parsed or copied. */
@Injectable()
export class GetDocumentService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly repository: DocumentsRepository,
    private readonly cache: DocumentCache,
    private readonly guard: ScanGuard,
  ) {}

  /** @throws AppError NAMESPACE_INVALID, FORBIDDEN, COLLECTION_NOT_FOUND, DOCUMENT_NOT_FOUND */
  async get(name: string, id: unknown, skipsCache = false): Promise<ReadDocument> {
    // A hit asks nothing else.
    readableName(name);
    const load = (): Promise<Loaded | null> => this.load(name, id);
    if (skipsCache) return this.present(name, (await load())?.value, 'fwd=request');
    const own: { loaded?: Loaded | null } = {};
    const { value, hit } = await this.cache.read(name, documentCacheId(id), async () => {
      own.loaded = await load();
      return own.loaded?.isCacheable === true ? own.loaded.value : null;
    });
    if (value) return this.present(name, value, hit ? 'hit' : 'fwd=miss');
    // Somebody else's read found nothing that may be cached, which may still be a document.
    const loaded = own.loaded === undefined ? await load() : own.loaded;
    return this.present(name, loaded?.value, 'fwd=bypass');
  }

  private present(name: string, value: Buffer | undefined, status: CacheStatus): ReadDocument {
    if (!value) throw new AppError('DOCUMENT_NOT_FOUND', `there is no document of this id in ${name}`);
    return { etag: value.toString('latin1', 0, ETAG_LENGTH), body: value.subarray(ETAG_LENGTH), status };
  }

  private async load(name: string, id: unknown): Promise<Loaded | null> {
    const target = await this.collections.readable(name);
    const { collection, type, hasCollation } = target;
    // Only a collection of its own is sure to have an index on `_id`.
    if (type !== 'collection') await this.guard.assertServed(target, { _id: { $eq: id as never } }, []);
    try {
      const bson = await this.repository.findForCache(collection, id);
      if (!bson) return null;
      const value = Buffer.concat([Buffer.from(etagOf(bson), 'latin1'), bsonToJson(bson)]);
      // Changes of what a view reads do not name the view.
      return { value, isCacheable: type === 'collection' && !hasCollation && isSameId(bson, id) };
    } catch (error) {
      throw toDocumentError(error);
    }
  }
}

/** Is the `_id` that was found the very one that was asked for? 5 and 5.0 find each other, and are two keys of the cache. */
function isSameId(bson: Buffer, id: unknown): boolean {
  if (typeof id === 'string' || id instanceof ObjectId) return true;
  return documentCacheId(exactDocument(bson)['_id']) === documentCacheId(id);
}
