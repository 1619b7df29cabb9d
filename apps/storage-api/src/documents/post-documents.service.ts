import { createHash, hash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { ObjectId, type ClientSession, type Document } from 'mongodb';
import type { BulkResult } from './bulk-result.ts';
import { documentIdPath } from './document-id.ts';
import { DocumentCollections, toDocumentError } from './document-collections.ts';
import { DocumentsRepository } from './documents.repository.ts';
import { IdempotentInsertsRepository, isKeepable, type KeptAnswer } from './idempotent-inserts.repository.ts';
import { InsertDocumentsService } from './insert-documents.service.ts';
import { parseInsert, type BulkRequest } from './request-documents.ts';

/** Its answer is kept, and a record has its limit. */
const MAX_KEPT_DOCUMENTS = 10_000;

type Insert = { document: Document } | BulkRequest;

/** A key of a caller: the same key of another caller is another one. */
export interface IdempotencyKey {
  readonly actor: string;
  readonly key: string;
}

/** Somebody kept an answer for this key meanwhile: the transaction is given up and that answer sent. */
class AnsweredMeanwhile extends Error {}

/**
 * POST of documents: one or many, with or without Idempotency-Key. With it, one document or an atomic bulk is stored in one transaction
 * with its answer, so that neither is there without the other; any other bulk gets ids made of the key, so that a repetition after a
 * crash, or beside the first try, finds what is stored and stores nothing twice.
 */
@Injectable()
export class PostDocumentsService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly inserts: InsertDocumentsService,
    private readonly repository: DocumentsRepository,
    private readonly answers: IdempotentInsertsRepository,
  ) {}

  /**
   * @param isSmall as `isSmallBody` has it
   * @throws AppError as `InsertDocumentsService`; IDEMPOTENCY_KEY_REUSED; CONFLICT for a key on a time series
   */
  async post(name: string, body: unknown, isSmall: boolean, key?: IdempotencyKey): Promise<KeptAnswer> {
    if (!key) return this.insert(name, parseInsert(body, isSmall));
    const id = hash('sha256', JSON.stringify(['documents', key.actor, key.key]), 'base64url');
    const requestHash = hash('sha256', JSON.stringify([name, body]), 'base64url');
    const known = await this.kept(id, requestHash);
    if (known) return known;
    const request = parseInsert(body, isSmall);
    const count = 'document' in request ? 1 : request.documents.length;
    if (count > MAX_KEPT_DOCUMENTS)
      throw new AppError('VALIDATION_FAILED', `with Idempotency-Key at most ${String(MAX_KEPT_DOCUMENTS)} documents`);
    await this.assertTakesKeys(name);
    const isWhole = 'document' in request || request.atomic;
    return isWhole ? this.inOneStep(name, request, id, requestHash) : this.inTwoSteps(name, request, id, requestHash);
  }

  /** What finds a repetition is a unique `_id` or a transaction. @throws AppError CONFLICT for a time series, which has neither */
  private async assertTakesKeys(name: string): Promise<void> {
    const { type } = await this.collections.writable(name);
    if (type !== 'timeseries') return;
    const detail = `${name} is a time series, whose ids are not unique: MongoDB would store a repetition again. Send it without Idempotency-Key, and where no answer came look for what is stored before you send it again`;
    throw new AppError('CONFLICT', detail);
  }

  private async inOneStep(name: string, request: Insert, id: string, requestHash: string): Promise<KeptAnswer> {
    try {
      return await this.repository.inTransaction(async (session) => {
        const answer = await this.insert(name, request, session);
        if (!(await this.answers.keep(id, requestHash, answer, session))) throw new AnsweredMeanwhile();
        return answer;
      });
    } catch (error) {
      // A repetition of what is stored meets its own document first.
      const isOwn = error instanceof AnsweredMeanwhile || (error instanceof AppError && error.code === 'DUPLICATE_KEY');
      const known = isOwn ? await this.kept(id, requestHash) : undefined;
      if (known) return known;
      throw toDocumentError(error);
    }
  }

  private async inTwoSteps(name: string, request: BulkRequest, id: string, requestHash: string): Promise<KeptAnswer> {
    const documents = request.documents.map((document, index) =>
      document['_id'] === undefined ? { _id: idOf(id, index), ...document } : document,
    );
    const made = new Set([...documents.keys()].filter((index) => request.documents[index]?.['_id'] === undefined));
    const answer = answerOf(await this.inserts.insertRest(name, { ...request, documents }, made));
    // Many refusals, explained at length: what is stored is stored, and a repetition finds it out anew.
    if (!isKeepable(answer) || (await this.answers.keep(id, requestHash, answer))) return answer;
    return (await this.kept(id, requestHash)) ?? answer;
  }

  private async insert(name: string, request: Insert, session?: ClientSession): Promise<KeptAnswer> {
    if (!('document' in request)) {
      return answerOf(await this.inserts.insertMany(name, request, session));
    }
    const { id, etag, body } = await this.inserts.insertOne(name, request.document, session);
    const location = `/api/v1/database/collections/${encodeURIComponent(name)}/documents/${documentIdPath(id)}`;
    return { status: 201, location, body, ...(etag !== undefined && { etag }) };
  }

  private async kept(id: string, requestHash: string): Promise<KeptAnswer | undefined> {
    const known = await this.answers.find(id);
    if (!known) return undefined;
    if (known.requestHash === requestHash) return known.answer;
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was sent with another body or collection');
  }
}

function answerOf({ failed, json }: BulkResult): KeptAnswer {
  return { status: failed > 0 ? 207 : 200, body: Buffer.from(json) };
}

function idOf(key: string, index: number): ObjectId {
  const digest = createHash('sha256')
    .update(`${key} ${String(index)}`)
    .digest();
  return new ObjectId(digest.subarray(0, 12));
}
