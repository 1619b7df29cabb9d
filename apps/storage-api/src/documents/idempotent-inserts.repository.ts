import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { InjectClock, InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { Binary, MongoServerError, type ClientSession, type Collection, type Db } from 'mongodb';

/** What a request with an Idempotency-Key was answered. */
export interface KeptAnswer {
  readonly status: number;
  readonly location?: string;
  readonly etag?: string;
  readonly body: Buffer;
}

interface KeptRecord {
  _id: string;
  requestHash: string;
  status: number;
  location: string | null;
  etag: string | null;
  body: Binary;
  createdAt: Date;
  expiresAt: Date;
}

const KEPT_MS = 24 * 60 * 60 * 1000;
const DUPLICATE_KEY = 11000;
/** A record is a document of at most 16 MiB, and has a few more fields. */
const MAX_BODY_BYTES = 16 * 1024 * 1024 - 65_536;

/** The answers kept for Idempotency-Key, in `idempotency_keys` of the control database; they go after 24 hours. */
@Injectable()
export class IdempotentInsertsRepository {
  private readonly keys: Collection<KeptRecord>;

  constructor(
    @InjectControlDatabase() database: Db,
    @InjectClock() private readonly clock: Clock,
  ) {
    this.keys = database.collection('idempotency_keys');
  }

  async find(id: string): Promise<{ requestHash: string; answer: KeptAnswer } | null> {
    const record = await this.keys.findOne({ _id: id });
    if (!record) return null;
    const { requestHash, status, location, etag, body } = record;
    const answer = { status, body: Buffer.from(body.buffer), ...(location && { location }), ...(etag && { etag }) };
    return { requestHash, answer };
  }

  /** @returns false where an answer is kept for this key already @throws AppError DOCUMENT_TOO_LARGE for an answer beyond `isKeepable` */
  async keep(id: string, requestHash: string, answer: KeptAnswer, session?: ClientSession): Promise<boolean> {
    if (!isKeepable(answer)) {
      const detail =
        'the answer, which Idempotency-Key has kept as JSON, is larger than 16 MiB: send it without the key';
      throw new AppError('DOCUMENT_TOO_LARGE', detail);
    }
    const createdAt = this.clock.now();
    const { status, location = null, etag = null } = answer;
    const body = new Binary(answer.body);
    const expiresAt = new Date(createdAt.getTime() + KEPT_MS);
    try {
      await this.keys.insertOne(
        { _id: id, requestHash, status, location, etag, body, createdAt, expiresAt },
        { session },
      );
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }
}

/** Does the answer fit into a record? */
export function isKeepable({ body }: KeptAnswer): boolean {
  return body.length <= MAX_BODY_BYTES;
}
