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

  /** @returns false where an answer is kept for this key already */
  async keep(id: string, requestHash: string, answer: KeptAnswer, session?: ClientSession): Promise<boolean> {
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
