import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import { type MongoClient, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';

/** https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md, and QueryPlanKilled */
export const PRIMARY_CHANGE_CODES: ReadonlySet<number> = new Set([
  6, 7, 89, 91, 175, 189, 262, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);
const ATTEMPTS = 6;
const PAUSE_MS = 1_000;

/** Names the term of the primary: what was acknowledged by it alone is safe only while it has not changed. */
async function electionOf(client: MongoClient): Promise<string> {
  const hello = await client.db('admin').command({ hello: 1 }, { readPreference: 'primary' });
  return String(hello.electionId);
}

/** May the same call succeed under the next primary? */
export function isPrimaryChange(error: unknown): boolean {
  if (error instanceof MongoServerError) return PRIMARY_CHANGE_CODES.has(Number(error.code));
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  return isAppError(error, 'MONGODB_UNAVAILABLE') || PRIMARY_CHANGE_CODES.has(serverCodeOf(error) ?? 0);
}

/**
 * Runs `action` under one primary: where the primary changed meanwhile, its w:1 writes may be gone, so it is run again from its
 * start, six times at most. The action ends with a majority write. @throws AppError MONGODB_UNAVAILABLE, the signal's reason
 */
export async function underOnePrimary<T>(
  client: MongoClient,
  clock: Clock,
  signal: AbortSignal,
  action: (attempt: number) => Promise<T>,
): Promise<T> {
  let last: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    signal.throwIfAborted();
    try {
      const before = await electionOf(client);
      const result = await action(attempt);
      if ((await electionOf(client)) === before) return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!isPrimaryChange(error)) throw toMongoAppError(error) ?? error;
      last = error;
    }
    await clock.sleep(PAUSE_MS * attempt, signal);
  }
  throw new AppError('MONGODB_UNAVAILABLE', 'The primary changed again and again during the restore.', { cause: last });
}
