import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { Timestamp, type ChangeStream, type Db, type Document } from 'mongodb';
import type { CollectionEntry } from './collection-catalogue.ts';

/** Where the writes to a collection stood: compared later, it tells whether there were any since. */
export interface WriteMark {
  /** Of the cluster, in seconds and a counter: what was written at or before it is no write since. */
  time: { t: number; i: number };
  /** Write operations that the primary has counted since it started; null where change streams tell more. */
  writes: number | null;
}

const HISTORY_LOST = 286;
/** Events after which it is not what it was; `invalidate` ends the stream. */
const CHANGES = new Set(['insert', 'update', 'replace', 'delete', 'drop', 'rename', 'dropDatabase', 'invalidate']);
const RENAME_WAIT_MS = 60_000;

/** Marks where the writes to the collection stand now. */
export async function markWrites(database: Db, entry: CollectionEntry): Promise<WriteMark> {
  const { operationTime } = await database.command({ ping: 1 });
  const time = operationTime as Timestamp;
  return {
    time: { t: time.getHighBitsUnsigned(), i: time.getLowBitsUnsigned() },
    writes: entry.type === 'timeseries' ? await countWrites(database, entry.name) : null,
  };
}

/** A time series has no change stream. The count starts again with the primary, which then looks like a change. */
async function countWrites(database: Db, name: string): Promise<number> {
  const found = await database
    .collection(name)
    .aggregate([{ $collStats: { latencyStats: {} } }])
    .toArray();
  return found.reduce((sum, { latencyStats }) => sum + Number((latencyStats as Document)['writes'].ops), 0);
}

/**
 * Has the collection been written to since the mark? Best effort for what is written at this very moment; a view has no
 * documents of its own, so its definition counts.
 */
export async function hasChanged(database: Db, entry: CollectionEntry, mark: WriteMark): Promise<boolean> {
  if (entry.type === 'view') return false;
  if (entry.type === 'timeseries') return (await countWrites(database, entry.name)) !== mark.writes;
  return withChanges(database, entry.name, mark, async (stream) => {
    for (let event = await stream.tryNext(); event !== null; event = await stream.tryNext())
      if (isChange(event)) return true;
    return false;
  });
}

/**
 * Was the collection written to between the mark and its renaming to `aside`? Exact: it reads every event up to that of the
 * renaming. @throws AppError TIMEOUT where the event does not come
 */
export function hasChangedBeforeRename(
  database: Db,
  { name, aside }: { name: string; aside: string },
  mark: WriteMark,
  clock: Clock,
): Promise<boolean> {
  return withChanges(database, name, mark, async (stream) => {
    const deadline = clock.monotonicMs() + RENAME_WAIT_MS;
    for (let isChanged = false; clock.monotonicMs() < deadline;) {
      const event = (await stream.tryNext()) as Document | null;
      if (event === null) continue;
      if (event['operationType'] === 'rename' && event['to']?.coll === aside) return isChanged;
      if (event['operationType'] === 'invalidate') return true;
      isChanged ||= isChange(event);
    }
    throw new AppError('TIMEOUT', 'the change stream does not show that the collection was renamed', {
      retryable: true,
    });
  });
}

/** What the oplog does not reach any more cannot be judged, and so counts as changed. */
async function withChanges(
  database: Db,
  name: string,
  { time }: WriteMark,
  look: (stream: ChangeStream) => Promise<boolean>,
): Promise<boolean> {
  const pipeline = [{ $project: { operationType: 1, to: 1, clusterTime: 1 } }];
  const stream = database
    .collection(name)
    .watch(pipeline, { startAtOperationTime: new Timestamp({ t: time.t, i: time.i + 1 }) });
  try {
    return await look(stream);
  } catch (error) {
    if ((error as { code?: unknown }).code === HISTORY_LOST) return true;
    throw error;
  } finally {
    await stream.close();
  }
}

function isChange(event: object): boolean {
  return CHANGES.has(String((event as Document)['operationType']));
}
