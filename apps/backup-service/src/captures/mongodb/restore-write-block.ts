import type { MongoClient } from 'mongodb';
import type { RestoreJournal } from './restore-journal.ts';

const BLOCKED = 2; // serverStatus: 0 unknown, 1 disabled, 2 enabled

/**
 * Runs `action` while users without `bypassWriteBlockingMode` cannot write (setUserWriteBlockMode, feature compatibility 6.0). The
 * journal knows of the block before it is set, so a process that dies in between is followed by `releaseWriteBlocks`. A block
 * that an operator had set before stays.
 */
export async function withWriteBlock<T>(
  client: MongoClient,
  journal: RestoreJournal,
  restoreId: string,
  action: () => Promise<T>,
): Promise<T> {
  const mine = (await journal.find(restoreId))?.hasWriteBlock ?? false;
  if (!mine && (await isBlocked(client))) return action();
  await journal.setWriteBlock(restoreId, true);
  try {
    await setBlock(client, true);
    return await action();
  } finally {
    await setBlock(client, false);
    await journal.setWriteBlock(restoreId, false);
  }
}

/**
 * Call it when a service starts: lifts what a dead restore left, if it `isOver` (a restore that runs, or will be resumed, lifts its
 * own). Answers the ids of those restores.
 */
export async function releaseWriteBlocks(
  client: MongoClient,
  journal: RestoreJournal,
  isOver: (restoreId: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<string[]> {
  const left = [];
  for (const entry of await journal.withWriteBlock()) if (await isOver(entry._id)) left.push(entry);
  for (const { _id } of left) {
    await setBlock(client, false);
    await journal.setWriteBlock(_id, false);
  }
  return left.map(({ _id }) => _id);
}

async function isBlocked(client: MongoClient): Promise<boolean> {
  const status = await client.db('admin').command({ serverStatus: 1, repl: 1 }, { readPreference: 'primary' });
  return (status.repl as { userWriteBlockMode?: number } | undefined)?.userWriteBlockMode === BLOCKED;
}

async function setBlock(client: MongoClient, global: boolean): Promise<void> {
  await client.db('admin').command({ setUserWriteBlockMode: 1, global });
}
