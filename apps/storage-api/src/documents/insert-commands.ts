import { AppError } from '@lucid/core/app-error';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import {
  Long,
  MongoClient,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  type ClientSession,
  type Db,
  type Document,
} from 'mongodb';
import {
  DocumentCollections,
  MAX_DOCUMENT_BYTES,
  documentSize,
  tooLarge,
  type DocumentCollection,
} from './document-collections.ts';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const ILLEGAL_OPERATION = 20;
const COLLECTION_UUID_MISMATCH = 361;
/** How often a collection may be made anew under one insert before the caller is told to come back. */
const MAX_ATTEMPTS = 3;
/** Of a document beside its own bytes: type, index and null character of an item of the list. */
const ITEM_BYTES = 8;

export interface InsertOptions {
  readonly ordered: boolean;
  /** All of them together are far from what one command may hold, so that nothing needs to be measured. */
  readonly isSmall: boolean;
  /** Of a transaction, which tries again by itself. */
  readonly session?: ClientSession | undefined;
}

/** What the server said against documents, by their index. */
export type Refused = Map<number, MongoServerError>;

/**
 * Inserts that make no collection: each names the collection it is meant for by its UUID, which the driver's own inserts cannot. Where that one
 * was dropped meanwhile nothing is stored, and it goes to the one that has the name by then.
 */
@Injectable()
export class InsertCommands {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly client: MongoClient,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /**
   * Each document has its `_id`, and there are 100,000 at most. An ordered insert ends at the first that is refused. A step-down in the middle is not seen.
   * @throws AppError COLLECTION_NOT_FOUND where the collection is gone, DOCUMENT_TOO_LARGE before anything is stored; CONFLICT; MongoError
   */
  async insert(name: string, documents: readonly Document[], options: InsertOptions, attempt = 1): Promise<Refused> {
    const target = await this.target(name);
    const refused = await this.insertInto(target, documents, options);
    const missed = [...refused].filter(([, error]) => isOtherCollection(error)).map(([index]) => index);
    const first = missed[0];
    if (first === undefined) return refused;
    this.collections.forget(name);
    if (attempt >= MAX_ATTEMPTS) {
      const detail = `${name} is made anew again and again; try again`;
      throw new AppError('CONFLICT', detail, { retryable: true, retryAfterSeconds: 1 });
    }
    const rest = options.ordered ? [...documents.keys()].slice(first) : missed;
    const left = await this.insert(name, pick(documents, rest), options, attempt + 1);
    for (const index of rest) refused.delete(index);
    for (const [at, error] of left) refused.set(rest[at] ?? at, error);
    return refused;
  }

  /** MongoDB takes no UUID for a time series: a look right before leaves a drop no more than the moment in between. */
  private async target(name: string): Promise<DocumentCollection> {
    const target = await this.collections.writable(name);
    if (target.type !== 'timeseries') return target;
    this.collections.forget(name);
    return this.collections.writable(name);
  }

  private async insertInto(
    target: DocumentCollection,
    documents: readonly Document[],
    options: InsertOptions,
  ): Promise<Refused> {
    const refused: Refused = new Map();
    let done = 0;
    for (const batch of batchesOf(documents, options.isSmall)) {
      for (const [index, error] of await this.send(target, batch, options)) refused.set(done + index, error);
      if (options.ordered && refused.size > 0) break;
      done += batch.length;
    }
    return refused;
  }

  private async send(
    { name, uuid }: DocumentCollection,
    documents: readonly Document[],
    { ordered, session }: InsertOptions,
  ): Promise<Refused> {
    const command = { insert: name, documents, ordered, ...(uuid && { collectionUUID: uuid }) };
    try {
      const reply = session ? await this.run(command, session) : await this.runTwice(command);
      return writeErrorsOf(reply);
    } catch (error) {
      if (!isOtherCollection(error)) throw error;
      return new Map([...documents.keys()].map((index) => [index, error] as const));
    }
  }

  /**
   * Once more where the answer was lost or the primary went away: by its number the server knows an insert that it has done
   * (https://www.mongodb.com/docs/manual/core/retryable-writes/). A single server has no such numbers, and no second try.
   */
  private async runTwice(command: Document): Promise<Document> {
    const session = this.client.startSession({ causalConsistency: false });
    try {
      const { w = 'majority', wtimeoutMS: wtimeout } = this.database.writeConcern ?? {};
      const write = { ...command, writeConcern: { w, ...(wtimeout !== undefined && { wtimeout }) } };
      session.serverSession.txnNumber += 1;
      const numbered = { ...write, txnNumber: Long.fromNumber(session.serverSession.txnNumber) };
      try {
        return await this.run(numbered, session);
      } catch (error) {
        if (!(error instanceof MongoError)) throw error;
        if (error.code === ILLEGAL_OPERATION) return await this.run(write, session);
        if (!isPassing(error)) throw error;
        return await this.run(numbered, session);
      }
    } finally {
      await session.endSession();
    }
  }

  private run(command: Document, session: ClientSession): Promise<Document> {
    return this.database.command(command, { session, ignoreUndefined: true });
  }
}

/** Was the answer lost, the primary gone, or the connection taken away with all others of a server that hangs? */
function isPassing(error: MongoError): boolean {
  const labels = ['RetryableWriteError', 'PoolRequestedRetry'];
  return error instanceof MongoNetworkError || labels.some((label) => error.hasErrorLabel(label));
}

/** The documents of each command. @throws AppError DOCUMENT_TOO_LARGE */
function batchesOf(documents: readonly Document[], isSmall: boolean): (readonly Document[])[] {
  if (isSmall) return [documents];
  const starts = [0];
  let bytes = 0;
  for (const [index, document] of documents.entries()) {
    const size = documentSize(document);
    if (size > MAX_DOCUMENT_BYTES) throw tooLarge();
    if (bytes > 0 && bytes + size + ITEM_BYTES > MAX_DOCUMENT_BYTES) {
      starts.push(index);
      bytes = 0;
    }
    bytes += size + ITEM_BYTES;
  }
  return starts.map((start, at) => documents.slice(start, starts[at + 1]));
}

function pick(documents: readonly Document[], indexes: readonly number[]): Document[] {
  return indexes.map((index) => documents[index] ?? {});
}

interface WriteErrorReply {
  readonly index: number;
  readonly code: number;
  readonly errmsg?: string;
}

function writeErrorsOf({ writeErrors = [] }: Document): Refused {
  const errors = (writeErrors as WriteErrorReply[]).map(({ index, errmsg = '', ...error }) => {
    return [index, new MongoServerError({ ...error, message: errmsg })] as const;
  });
  return new Map(errors.sort(([a], [b]) => a - b));
}

/** Was it dropped, or another one made in its place? */
function isOtherCollection(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && error.code === COLLECTION_UUID_MISMATCH;
}
