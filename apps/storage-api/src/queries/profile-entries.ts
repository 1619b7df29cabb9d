import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db, Document } from 'mongodb';

/** An operation as the profiler keeps it: https://www.mongodb.com/docs/manual/reference/database-profiler/ */
export interface ProfileEntry {
  op: string;
  ns: string;
  ts: Date;
  millis: number;
  command: Document;
  originatingCommand?: Document;
  docsExamined?: number;
  keysExamined?: number;
  nreturned?: number;
  nMatched?: number;
  ndeleted?: number;
  ninserted?: number;
  planSummary?: string;
  hasSortStage?: boolean;
  usedDisk?: boolean;
}

export interface ProfileQuery {
  from?: Date | undefined;
  to?: Date | undefined;
  /** Without the database. */
  collection?: string | undefined;
  minMillis?: number | undefined;
}

/** Read at most, newest first: a list is answered in bounded time and memory, whatever the profiler was given room for. */
export const MAX_ENTRIES = 10_000;
const TIMEOUT_MS = 5_000;
const BATCH = 500;
/** Large, and none of it is needed; `documents` is what somebody inserts. */
const LEFT_OUT = Object.fromEntries(
  ['command', 'originatingCommand']
    .flatMap((command) => [`${command}.documents`, `${command}.lsid`])
    .concat(['locks', 'execStats', 'flowControl', 'storage', 'allUsers', 'command.updates', 'command.deletes'])
    .map((field) => [field, 0] as const),
);

/** The only place that knows `system.profile`. */
@Injectable()
export class ProfileEntries {
  constructor(@InjectMainDatabase() private readonly database: Db) {}

  /** Newest first. @throws AppError TIMEOUT, MONGODB_UNAVAILABLE */
  async *read({ from, to, collection, minMillis }: ProfileQuery, limit = MAX_ENTRIES): AsyncGenerator<ProfileEntry> {
    const name = this.database.databaseName;
    const isOurs = { $regex: `^${escaped(name)}\\.(?!system\\.|__restore_)` };
    const ts = { ...(from && { $gte: from }), ...(to && { $lte: to }) };
    const filter = {
      ns: collection === undefined ? isOurs : `${name}.${collection}`,
      ...(Object.keys(ts).length > 0 && { ts }),
      ...(minMillis !== undefined && { millis: { $gte: minMillis } }),
    };
    try {
      yield* this.database
        .collection<ProfileEntry>('system.profile')
        .find(filter, { maxTimeMS: TIMEOUT_MS, batchSize: BATCH, projection: LEFT_OUT })
        .sort({ $natural: -1 })
        .limit(limit);
    } catch (error) {
      throw toMongoAppError(error) ?? error;
    }
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
