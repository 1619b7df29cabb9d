import { type ChangeStream, type Db, type Document, MongoServerError, type ResumeToken, type Timestamp } from 'mongodb';

/** A change as the cache wants to know it. */
export interface DocumentChange {
  readonly _id: ResumeToken;
  readonly operationType: string;
  readonly clusterTime?: Timestamp;
  readonly ns?: { readonly coll?: string };
  readonly to?: { readonly coll?: string };
  readonly documentKey?: { readonly _id: unknown };
}

export type DocumentChanges = ChangeStream<Document, DocumentChange & Document>;

/** An insertion makes no cached document old, so it does not leave the server. */
const PIPELINE: Document[] = [
  { $match: { operationType: { $ne: 'insert' } } },
  { $project: { operationType: 1, clusterTime: 1, ns: 1, to: 1, 'documentKey._id': 1 } },
];
const AWAIT_MS = 1_000;
const BATCH = 1_000;
/**
 * InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost, BSONObjectTooLarge: the stream cannot go on from here.
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const UNREACHABLE_POSITION: readonly number[] = [260, 280, 286, 10_334];

/** The changes of a database since `position`, or from now on; asked of the primary, so that none is behind a read from there. */
export function openDocumentChanges(database: Db, position: string | undefined): DocumentChanges {
  return database.watch<Document, DocumentChange & Document>(PIPELINE, {
    ...(position !== undefined && { startAfter: { _data: position } }),
    maxAwaitTimeMS: AWAIT_MS,
    batchSize: BATCH,
    readPreference: 'primary',
    // Ids with the types they are stored with.
    promoteValues: false,
  });
}

/** The position as text. */
export function positionText(token: ResumeToken): string {
  return (token as { _data: string })._data;
}

/**
 * Can the changes since the position not be had any more? What the server refuses before a stream is open is refused because of its position;
 * to be wrong about that costs an empty cache.
 */
export function isPositionLost(error: unknown, isOpen: boolean): boolean {
  if (!(error instanceof MongoServerError)) return false;
  // Without promoted values the code of an error is no plain number either.
  return !isOpen || UNREACHABLE_POSITION.includes(Number(error.code));
}

/** The time of the database's newest operation. */
export async function operationTime(database: Db): Promise<Timestamp> {
  const reply = await database.command({ ping: 1 }, { readPreference: 'primary' });
  return reply['operationTime'] as Timestamp;
}
